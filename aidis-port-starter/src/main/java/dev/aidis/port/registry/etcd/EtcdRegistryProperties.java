package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the registry in etcd.
 *
 * @since 0.1.0
 */
@ConfigurationProperties(EtcdRegistryProperties.PREFIX)
public class EtcdRegistryProperties {

	static final String PREFIX = "aidis.port.registry.etcd";

	/**
	 * URLs of the members of the etcd cluster, all of them with http or all with https.
	 */
	private List<String> endpoints = List.of("http://localhost:2379");

	/**
	 * First part of every key, which sets the registry apart from what others keep in the
	 * same etcd.
	 */
	private String prefix = "aidis";

	/**
	 * How long an instance stays registered after its process has ended without saying
	 * so, in whole seconds of at least two.
	 */
	private Duration leaseTtl = Duration.ofSeconds(10);

	/**
	 * How long to wait for a connection.
	 */
	private Duration connectTimeout = Duration.ofSeconds(2);

	/**
	 * How long to wait for an answer. A start is kept waiting no longer.
	 */
	private Duration requestTimeout = Duration.ofSeconds(3);

	/**
	 * Name of the user, where etcd has authentication enabled.
	 */
	private @Nullable String username;

	/**
	 * Password of the user.
	 */
	private @Nullable String password;

	private final Ssl ssl = new Ssl();

	private String endpointsSetting = PREFIX + ".endpoints";

	public List<String> getEndpoints() {
		return this.endpoints;
	}

	public void setEndpoints(List<String> endpoints) {
		this.endpoints = endpoints;
	}

	public String getPrefix() {
		return this.prefix;
	}

	public void setPrefix(String prefix) {
		this.prefix = prefix;
	}

	public Duration getLeaseTtl() {
		return this.leaseTtl;
	}

	public void setLeaseTtl(Duration leaseTtl) {
		this.leaseTtl = leaseTtl;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getRequestTimeout() {
		return this.requestTimeout;
	}

	public void setRequestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	/**
	 * Return the name of the setting that the endpoints come from.
	 */
	String endpointsSetting() {
		return this.endpointsSetting;
	}

	/**
	 * Return the same properties for another etcd.
	 * @param endpoints where that is; none for the same etcd
	 * @param setting the name of the setting that says so
	 * @return the properties
	 */
	public EtcdRegistryProperties at(List<String> endpoints, String setting) {
		EtcdRegistryProperties there = new EtcdRegistryProperties();
		there.endpoints = endpoints.isEmpty() ? this.endpoints : endpoints;
		there.endpointsSetting = endpoints.isEmpty() ? this.endpointsSetting : setting;
		there.prefix = this.prefix;
		there.leaseTtl = this.leaseTtl;
		there.connectTimeout = this.connectTimeout;
		there.requestTimeout = this.requestTimeout;
		there.username = this.username;
		there.password = this.password;
		there.ssl.bundle = this.ssl.bundle;
		return there;
	}

	/**
	 * Configuration properties for TLS.
	 */
	public static class Ssl {

		/**
		 * Name of the SSL bundle that says which certificates to trust, and which one to
		 * show. Without it those that Java trusts are trusted, and none is shown.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

}
