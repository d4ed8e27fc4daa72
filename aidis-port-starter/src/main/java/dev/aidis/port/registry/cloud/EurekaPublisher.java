package dev.aidis.port.registry.cloud;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.netflix.eureka.CloudEurekaInstanceConfig;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
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

	private final Predicate<String> isSet;

	/**
	 * What the instance is to be when it has started, while it is stopped.
	 */
	private volatile @Nullable InstanceStatus startedStatus;

	/**
	 * Create a new publisher.
	 * @param registry takes the application out
	 * @param own this application
	 * @param isSet whether the application sets a property itself
	 * @param servers where the servers are, for people
	 */
	public EurekaPublisher(EurekaServiceRegistry registry, EurekaRegistration own, Predicate<String> isSet,
			String servers) {
		this.registry = registry;
		this.own = own;
		this.isSet = isSet;
		this.servers = servers;
	}

	@Override
	public String location() {
		return "Eureka at " + OwnService.withoutPasswords(this.servers);
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
		if (!this.isSet.test("eureka.instance.non-secure-port")) {
			this.own.setNonSecurePort(application.port());
		}
		if (this.own.isSecure() && !this.isSet.test("eureka.instance.secure-port")) {
			this.own.setSecurePort(application.port());
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
		resume(manager);
	}

	private void resume(ApplicationInfoManager manager) {
		InstanceStatus started = this.startedStatus;
		if (started != null && this.own.getInstanceConfig() instanceof EurekaInstanceConfigBean config) {
			this.startedStatus = null;
			config.setInitialStatus(started);
			manager.setInstanceStatus(started);
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
		if (health == null || !"http".equals(health.getScheme())) {
			return;
		}
		String url = "http://" + this.own.getHost() + ":" + health.getPort() + health.getRawPath();
		if (this.own.getInstanceConfig() instanceof EurekaInstanceConfigBean config) {
			// A refresh makes the instance of it.
			config.setHealthCheckUrl(url);
		}
		if (!Objects.equals(url, info.getHealthCheckUrl())) {
			new InstanceInfo.Builder(info).setHealthCheckUrls(null, url, null);
			info.setIsDirty();
		}
	}

	/**
	 * A server that knows it is down does not lead callers to it any more; it is removed
	 * when the client ends. Where the application is only stopped and starts again,
	 * Spring Cloud tells of it before its web server has a port, so it is not up until
	 * this publisher knows that.
	 */
	@Override
	public void withdraw(PortRegistration application) {
		if (this.startedStatus == null && this.own.getInstanceConfig() instanceof EurekaInstanceConfigBean config) {
			this.startedStatus = config.getInitialStatus();
			config.setInitialStatus(InstanceStatus.STARTING);
		}
		this.registry.deregister(this.own);
	}

	@Override
	public boolean isPublished(PortRegistration application) {
		InstanceInfo found = find();
		return found != null && found.getStatus() != InstanceStatus.DOWN
				&& found.getPort() == this.own.getNonSecurePort()
				&& (!this.own.isSecure() || found.getSecurePort() == this.own.getSecurePort());
	}

	private @Nullable InstanceInfo find() {
		InstanceInfo info = this.own.getApplicationInfoManager().getInfo();
		return this.own.getEurekaClient().getInstanceInfo(info.getAppName(), info.getId());
	}

}
