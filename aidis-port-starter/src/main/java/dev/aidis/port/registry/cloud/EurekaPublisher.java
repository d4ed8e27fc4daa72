package dev.aidis.port.registry.cloud;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.netflix.eureka.CloudEurekaInstanceConfig;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaRegistration;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaServiceRegistry;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * Publishes in Eureka. Its client registers the application and goes on to try when no
 * server answers; this class gives it the facts, and the port where the client was
 * started before the web server. A server learns of a change within
 * {@code eureka.client.instance-info-replication-interval-seconds}.
 *
 * @since 0.1.0
 */
public final class EurekaPublisher implements CloudPublisher {

	private final EurekaServiceRegistry registry;

	private final EurekaRegistration own;

	private final String servers;

	private final PublishedPort port = new PublishedPort();

	private final PublishedPort securePort = new PublishedPort();

	/**
	 * Create a new publisher.
	 * @param registry takes the application out
	 * @param own this application
	 * @param servers where the servers are, for people
	 */
	public EurekaPublisher(EurekaServiceRegistry registry, EurekaRegistration own, String servers) {
		this.registry = registry;
		this.own = own;
		this.servers = servers;
	}

	@Override
	public String location() {
		return "Eureka at " + this.servers;
	}

	@Override
	public void verify() {
		try {
			find();
		}
		catch (RuntimeException ex) {
			throw new PortRegistryException(location() + " does not answer: " + OwnService.reason(ex)
					+ ". Connecting is tried again; see that it runs, and that "
					+ "eureka.client.service-url.defaultZone is right", ex);
		}
	}

	@Override
	public void publish(PortRegistration application) {
		int port = application.port();
		this.own.setNonSecurePort(this.port.choose(this.own.getNonSecurePort(), port));
		if (this.own.isSecure()) {
			this.own.setSecurePort(this.securePort.choose(this.own.getSecurePort(), port));
		}
		Map<String, String> facts = ServiceFacts.of(application);
		CloudEurekaInstanceConfig config = this.own.getInstanceConfig();
		ApplicationInfoManager manager = this.own.getApplicationInfoManager();
		InstanceInfo info = manager.getInfo();
		correctPorts(info, config);
		correctHealthUrl(info, application);
		if (!info.getMetadata().entrySet().containsAll(facts.entrySet())) {
			config.getMetadataMap().putAll(facts);
			manager.registerAppMetadata(facts);
		}
	}

	/**
	 * Who asked for a service before the web server had started has made the client
	 * believe in port 0.
	 */
	private static void correctPorts(InstanceInfo info, CloudEurekaInstanceConfig config) {
		if (info.getPort() == config.getNonSecurePort() && info.getSecurePort() == config.getSecurePort()) {
			return;
		}
		new InstanceInfo.Builder(info).setPort(config.getNonSecurePort())
			.setSecurePort(config.getSecurePort())
			.setHomePageUrl(config.getHomePageUrlPath(), config.getHomePageUrl())
			.setStatusPageUrl(config.getStatusPageUrlPath(), config.getStatusPageUrl())
			.setHealthCheckUrls(config.getHealthCheckUrlPath(), config.getHealthCheckUrl(),
					config.getSecureHealthCheckUrl());
		info.setIsDirty();
	}

	/**
	 * The client makes this URL of the application's port, where no management server is.
	 */
	private void correctHealthUrl(InstanceInfo info, PortRegistration application) {
		URI health = (application.managementPort() != null) ? application.healthUri() : null;
		if (health == null) {
			return;
		}
		String url = health.getScheme() + "://" + this.own.getHost() + ":" + health.getPort() + health.getRawPath();
		if (!Objects.equals(url, info.getHealthCheckUrl()) && "http".equals(health.getScheme())) {
			new InstanceInfo.Builder(info).setHealthCheckUrls(null, url, null);
			info.setIsDirty();
		}
	}

	/**
	 * A server that knows it is down does not lead callers to it any more; it is removed
	 * when the client ends.
	 */
	@Override
	public void withdraw(PortRegistration application) {
		this.registry.deregister(this.own);
	}

	@Override
	public boolean isPublished(PortRegistration application) {
		InstanceInfo found = find();
		return found != null && found.getStatus() != InstanceStatus.DOWN
				&& found.getPort() == this.own.getNonSecurePort();
	}

	private @Nullable InstanceInfo find() {
		InstanceInfo info = this.own.getApplicationInfoManager().getInfo();
		return this.own.getEurekaClient().getInstanceInfo(info.getAppName(), info.getId());
	}

}
