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

	/**
	 * Names of the clusters to look for services in, the preferred one first. Without it
	 * that is the application's own alone.
	 */
	private List<String> clusters = new ArrayList<>();

	private final HttpClients httpClients = new HttpClients();

	private final SpringCloud springCloud = new SpringCloud();

	public List<String> getRequired() {
		return this.required;
	}

	public void setRequired(List<String> required) {
		this.required = required;
	}

	public List<String> getClusters() {
		return this.clusters;
	}

	public void setClusters(List<String> clusters) {
		this.clusters = clusters;
	}

	public HttpClients getHttpClients() {
		return this.httpClients;
	}

	public SpringCloud getSpringCloud() {
		return this.springCloud;
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

	/**
	 * Spring Cloud.
	 */
	public static class SpringCloud {

		/**
		 * Whether Spring Cloud's discovery clients find services in the registry, and
		 * services that are not in the registry are looked for in Spring Cloud's other
		 * registries.
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
