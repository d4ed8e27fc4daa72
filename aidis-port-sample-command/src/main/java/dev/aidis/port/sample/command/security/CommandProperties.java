package dev.aidis.port.sample.command.security;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may look at the page and use it.
 *
 * @param allowedHosts Host names, besides this machine's own addresses, that requests may
 * be addressed to, such as "ops.example" for any port or "ops.example:8443".
 * @param allowRemote Whether the service may listen where other machines can connect
 * although nobody has to log in.
 * @param login The login.
 */
@ConfigurationProperties("aidis.command")
record CommandProperties(@DefaultValue List<String> allowedHosts, @DefaultValue("false") boolean allowRemote,
		@DefaultValue Login login) {

	/**
	 * The login.
	 *
	 * @param enabled Whether people have to log in, and programs to send credentials.
	 * @param username Name to log in with.
	 * @param password Password to log in with, encoded, with the encoding's id before it,
	 * such as "{bcrypt}$2y$10$...".
	 */
	record Login(@DefaultValue("false") boolean enabled, @DefaultValue("operator") String username,
			@Nullable String password) {

		@Override
		public String toString() {
			return "Login[enabled=" + this.enabled + ", username=" + this.username + "]";
		}

	}

}
