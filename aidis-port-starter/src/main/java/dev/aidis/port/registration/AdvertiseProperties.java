package dev.aidis.port.registration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for a service that others reach at another address than the
 * one it listens on, such as one in a container whose port is published.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.advertise")
public class AdvertiseProperties {

	/**
	 * Host name or address to register instead of the one that the web server listens on.
	 */
	private @Nullable String host;

	/**
	 * Port to register instead of the one that the web server listens on.
	 */
	private @Nullable Integer port;

	/**
	 * Port to register instead of the one that the management server listens on. Without
	 * it a management server is not registered if a port is advertised.
	 */
	private @Nullable Integer managementPort;

	public @Nullable String getHost() {
		return this.host;
	}

	public void setHost(@Nullable String host) {
		this.host = host;
	}

	public @Nullable Integer getPort() {
		return this.port;
	}

	public void setPort(@Nullable Integer port) {
		this.port = port;
	}

	public @Nullable Integer getManagementPort() {
		return this.managementPort;
	}

	public void setManagementPort(@Nullable Integer managementPort) {
		this.managementPort = managementPort;
	}

}
