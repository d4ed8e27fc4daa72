package dev.aidis.port.sample.command.security;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Sees to it that a server listens on this machine only, unless people have to log in or
 * somebody said that it need not be so.
 */
final class ListenAddress implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

	private final CommandProperties properties;

	private final String setting;

	private final @Nullable InetAddress address;

	/**
	 * Create a new instance.
	 * @param properties who may use the server
	 * @param setting the setting of the address
	 * @param address the address, {@code null} for all
	 */
	ListenAddress(CommandProperties properties, String setting, @Nullable InetAddress address) {
		this.properties = properties;
		this.setting = setting;
		this.address = address;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		boolean open = this.address == null || !this.address.isLoopbackAddress();
		if (open && !this.properties.login().enabled() && !this.properties.allowRemote()) {
			throw new UnprotectedServerException(this.setting,
					(this.address != null) ? this.address.getHostAddress() : "empty, which means all addresses");
		}
		if (this.address != null) {
			factory.setAddress(this.address);
		}
	}

	/**
	 * After Spring Boot's own, which takes no address of a management server for all.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
