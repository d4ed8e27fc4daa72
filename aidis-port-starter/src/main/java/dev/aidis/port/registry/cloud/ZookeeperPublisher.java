package dev.aidis.port.registry.cloud;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.zookeeper.discovery.ZookeeperDiscoveryClient;
import org.springframework.cloud.zookeeper.discovery.ZookeeperInstance;
import org.springframework.cloud.zookeeper.serviceregistry.ServiceInstanceRegistration;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperRegistration;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperServiceRegistry;
import org.springframework.util.StringUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * Publishes in ZooKeeper. An instance is an ephemeral node, so it is gone when the
 * session of its process has ended, which takes a minute after a crash
 * ({@code spring.cloud.zookeeper.session-timeout}).
 * <p>
 * Spring Cloud's own registration lets an application fail that starts while ZooKeeper is
 * away, and takes it out only after the last request was answered. So the engine
 * {@code spring-cloud} publishes through this class instead.
 *
 * @since 0.1.0
 */
public final class ZookeeperPublisher implements CloudPublisher {

	private final CuratorFramework curator;

	private final ServiceDiscovery<ZookeeperInstance> discovery;

	private final ZookeeperServiceRegistry registry;

	private final @Nullable ZookeeperRegistration own;

	private final boolean portIsSet;

	private final @Nullable BooleanSupplier published;

	private final Map<String, ServiceInstanceRegistration> others = new ConcurrentHashMap<>();

	/**
	 * Create a new publisher.
	 * @param curator the connection
	 * @param discovery reads and changes what is published
	 * @param registry publishes
	 * @param own this application, or {@code null} where it is not to be published
	 * @param portIsSet whether a setting says which port is published
	 * @param published whether Spring Cloud has published the application by itself, or
	 * {@code null} where that is left to this publisher
	 */
	public ZookeeperPublisher(CuratorFramework curator, ServiceDiscovery<ZookeeperInstance> discovery,
			ZookeeperServiceRegistry registry, @Nullable ZookeeperRegistration own, boolean portIsSet,
			@Nullable BooleanSupplier published) {
		this.curator = curator;
		this.discovery = discovery;
		this.registry = registry;
		this.own = own;
		this.portIsSet = portIsSet;
		this.published = published;
	}

	@Override
	public String location() {
		return "ZooKeeper at " + this.curator.getZookeeperClient().getCurrentConnectionString();
	}

	/**
	 * Without a connection each question would wait for one, for minutes.
	 */
	@Override
	public void checkConnection() {
		if (!this.curator.getZookeeperClient().isConnected()) {
			throw new PortRegistryException(
					location() + " is not connected. Connecting is tried again; see that it runs,"
							+ " and that spring.cloud.zookeeper.connect-string is right",
					null);
		}
	}

	@Override
	public boolean isReadBy(DiscoveryClient client) {
		return client instanceof ZookeeperDiscoveryClient;
	}

	@Override
	public void verify() {
		checkConnection();
	}

	@Override
	public void publish(PortRegistration application) {
		if (this.own == null) {
			return;
		}
		if (!this.portIsSet && this.own.getPort() != application.port()) {
			this.own.setPort(application.port());
		}
		ZookeeperInstance payload = this.own.getServiceInstance().getPayload();
		payload.setMetadata(ServiceFacts.replace(payload.getMetadata(), application));
		if (this.published != null && !this.published.getAsBoolean()) {
			return;
		}
		checkConnection();
		if (find(this.own) == null) {
			this.registry.register(this.own);
		}
		else {
			// This writes all of the instance.
			this.registry.setStatus(this.own, String.valueOf(this.registry.<Object>getStatus(this.own)));
		}
	}

	@Override
	public void withdraw(PortRegistration application) {
		if (this.own != null) {
			checkConnection();
			this.registry.deregister(this.own);
		}
	}

	@Override
	public boolean isPublished(PortRegistration application) {
		return this.own != null && isPublished(this.own, application);
	}

	private boolean isPublished(ZookeeperRegistration registration, PortRegistration wanted) {
		checkConnection();
		ServiceInstance<ZookeeperInstance> found = find(registration);
		return found != null && found.getPort() == registration.getPort() && found.getPayload() != null
				&& ServiceFacts.instanceId(found.getPayload().getMetadata())
					.filter(wanted.instanceId()::equals)
					.isPresent();
	}

	private @Nullable ServiceInstance<ZookeeperInstance> find(ZookeeperRegistration registration) {
		ServiceInstance<ZookeeperInstance> instance = registration.getServiceInstance();
		return Checked.call(() -> this.discovery.queryForInstance(instance.getName(), instance.getId()));
	}

	@Override
	public void publishOther(PortRegistration other) {
		if (!other.instanceId().equals(StringUtils.getFilename(other.instanceId()))) {
			throw new PortRegistryException("'" + other.instanceId() + "' cannot be the id of an instance in "
					+ location() + ", since it has a '/'", null);
		}
		checkConnection();
		ServiceInstanceRegistration registration = registration(other);
		ServiceInstanceRegistration before = this.others.put(other.instanceId(), registration);
		if (before == null) {
			this.registry.register(registration);
		}
		else if (find(before) == null) {
			this.registry.deregister(before);
			this.registry.register(registration);
		}
		else {
			Checked.run(() -> this.discovery.updateService(registration.getServiceInstance()));
		}
	}

	private static ServiceInstanceRegistration registration(PortRegistration other) {
		ServiceInstanceRegistration.RegistrationBuilder builder = ServiceInstanceRegistration.builder()
			.name(other.serviceName())
			.id(other.instanceId())
			.address(other.host())
			.port(other.port())
			.payload(new ZookeeperInstance(other.instanceId(), other.serviceName(), ServiceFacts.of(other)))
			.defaultUriSpec();
		if ("https".equals(other.scheme())) {
			builder.sslPort(other.port());
		}
		ServiceInstanceRegistration registration = builder.build();
		registration.getServiceInstance();
		return registration;
	}

	@Override
	public void withdrawOther(PortRegistration other) {
		ServiceInstanceRegistration before = this.others.get(other.instanceId());
		if (before != null) {
			checkConnection();
			this.registry.deregister(before);
			this.others.remove(other.instanceId(), before);
		}
	}

	@Override
	public boolean isOtherPublished(PortRegistration other) {
		ServiceInstanceRegistration registration = this.others.get(other.instanceId());
		return registration != null && isPublished(registration, other);
	}

}
