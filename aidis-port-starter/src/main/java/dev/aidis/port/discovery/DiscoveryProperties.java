package dev.aidis.port.discovery;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the discovery of other services.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.discovery")
public class DiscoveryProperties {

	/**
	 * Names of the services without which this one is not healthy.
	 */
	private List<String> required = new ArrayList<>();

	private final HttpClients httpClients = new HttpClients();

	public List<String> getRequired() {
		return this.required;
	}

	public void setRequired(List<String> required) {
		this.required = required;
	}

	public HttpClients getHttpClients() {
		return this.httpClients;
	}

	/**
	 * HTTP clients.
	 */
	public static class HttpClients {

		/**
		 * Whether RestClient, RestTemplate and WebClient understand URLs such as
		 * aidis://orders/path.
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
