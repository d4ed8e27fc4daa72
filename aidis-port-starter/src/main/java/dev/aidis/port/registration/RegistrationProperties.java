package dev.aidis.port.registration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the registration of this service.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.registration")
public class RegistrationProperties {

	/**
	 * Whether this service registers. A service that does not can still discover others.
	 */
	private boolean enabled = true;

	/**
	 * Path on the application's port, or absolute URL, that answers 200 while the service
	 * is healthy. By default the actuator's health endpoint.
	 */
	private @Nullable String healthEndpoint;

	private final Identity identity = new Identity();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getHealthEndpoint() {
		return this.healthEndpoint;
	}

	public void setHealthEndpoint(@Nullable String healthEndpoint) {
		this.healthEndpoint = healthEndpoint;
	}

	public Identity getIdentity() {
		return this.identity;
	}

	/**
	 * Identity.
	 */
	public static class Identity {

		/**
		 * Whether a request with the header Aidis-Probe is answered with the instance's
		 * id, so that another program on the same port is not taken for this service.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

}
