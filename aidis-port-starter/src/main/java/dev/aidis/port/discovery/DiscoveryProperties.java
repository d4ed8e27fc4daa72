package dev.aidis.port.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Configuration properties for the discovery of other services.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.discovery")
public class DiscoveryProperties {

	private static final Duration MAX_TRUST = Duration.ofMinutes(1);

	/**
	 * Names of the services without which this one is not healthy.
	 */
	private List<String> required = new ArrayList<>();

	/**
	 * Names of the clusters to look for services in, the preferred one first. Without it
	 * that is the application's own alone.
	 */
	private List<String> clusters = new ArrayList<>();

	/**
	 * How long a look-up believes that an instance which was found ready is still there,
	 * without asking again; at most a minute. 0 asks each time.
	 */
	private Duration trustFor = Duration.ZERO;

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

	public Duration getTrustFor() {
		return this.trustFor;
	}

	public void setTrustFor(Duration trustFor) {
		this.trustFor = trustFor;
	}

	/**
	 * Return how long an answer is believed, if that is a time one can mean.
	 * @return the time, or zero if each look-up asks
	 * @throws InvalidConfigurationPropertyValueException if it is negative or too long
	 */
	public Duration requireTrustFor() {
		if (this.trustFor.isNegative() || this.trustFor.compareTo(MAX_TRUST) > 0) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.discovery.trust-for", this.trustFor,
					"A service that has died is given out for so long. It must be between 0, with which each look-up "
							+ "asks, and a minute, such as '10ms'.");
		}
		return this.trustFor;
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
