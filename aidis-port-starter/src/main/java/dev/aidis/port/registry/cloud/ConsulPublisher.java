package dev.aidis.port.registry.cloud;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.consul.ConsulClient;
import org.springframework.cloud.consul.ConsulClient.QueryParams;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryProperties;
import org.springframework.cloud.consul.model.http.agent.NewService;
import org.springframework.cloud.consul.model.http.health.HealthService;
import org.springframework.cloud.consul.serviceregistry.ConsulAutoRegistration;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * Publishes in Consul, through the agent that the application talks to. The agent checks
 * the health endpoint, and takes metadata whose keys have letters, digits, {@code -} and
 * {@code _} only, and whose values have at most 512 characters: what does not fit is left
 * out.
 *
 * @since 0.1.0
 */
public final class ConsulPublisher implements CloudPublisher {

	private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private static final int MAX_VALUE = 512;

	private static final int MAX_PAIRS = 64;

	/**
	 * Nobody looks after a container's entry when this application has crashed.
	 */
	private static final String REMOVED_AFTER = "1m";

	private final ConsulClient client;

	private final ConsulDiscoveryProperties properties;

	private final String agent;

	private final boolean checksHealthEndpoint;

	private final @Nullable OwnRegistration own;

	/**
	 * Create a new publisher.
	 * @param client talks to the agent
	 * @param properties the application's settings
	 * @param agent where the agent is, for people
	 * @param checksHealthEndpoint whether the agent is to ask our health endpoint, since
	 * no other was set
	 * @param own this application, or {@code null} where it is not to be published
	 */
	public ConsulPublisher(ConsulClient client, ConsulDiscoveryProperties properties, String agent,
			boolean checksHealthEndpoint, @Nullable OwnRegistration own) {
		this.client = client;
		this.properties = properties;
		this.agent = agent;
		this.checksHealthEndpoint = checksHealthEndpoint;
		this.own = own;
	}

	@Override
	public String location() {
		return "Consul at " + this.agent;
	}

	@Override
	public void verify() {
		try {
			this.client.getStatusLeader();
		}
		catch (RuntimeException ex) {
			throw new PortRegistryException(location() + " does not answer: " + OwnService.reason(ex)
					+ ". It is tried again; see that it runs, and that spring.cloud.consul.host and .port are right",
					ex);
		}
	}

	@Override
	public void publish(PortRegistration application) {
		if (this.own == null) {
			return;
		}
		ConsulAutoRegistration registration = this.own.registration();
		NewService service = registration.getService();
		publishPort(registration, application.port());
		service.setMeta(
				fitting(ServiceFacts.replace((service.getMeta() != null) ? service.getMeta() : Map.of(), application)));
		correctCheck(service, application);
		if (this.own.published().getAsBoolean()) {
			this.client.agentServiceRegister(this.properties.getAclToken(), service);
		}
	}

	/**
	 * Spring Cloud makes a check when the port is first known, and keeps both.
	 */
	private void publishPort(ConsulAutoRegistration registration, int application) {
		registration.initializePort(application);
		NewService service = registration.getService();
		Integer before = service.getPort();
		if (this.properties.getPort() != null || before == null || before == application) {
			return;
		}
		NewService.Check check = service.getCheck();
		if (check != null && check.getHttp() != null) {
			check.setHttp(check.getHttp().replaceFirst(":" + before + "(?=[/?]|$)", ":" + application));
		}
		service.setPort(application);
	}

	/**
	 * Spring Cloud has the agent ask {@code /actuator/health} on the application's port,
	 * where it is not when the management server has another one.
	 */
	private void correctCheck(NewService service, PortRegistration application) {
		URI health = application.healthUri();
		NewService.Check check = service.getCheck();
		if (this.checksHealthEndpoint && health != null && check != null && check.getHttp() != null) {
			check.setHttp(health.getScheme() + "://" + this.properties.getHostname() + ":" + health.getPort()
					+ health.getRawPath());
		}
	}

	private static Map<String, String> fitting(Map<String, String> facts) {
		Map<String, String> fitting = new LinkedHashMap<>();
		facts.forEach((key, value) -> {
			if (fitting.size() < MAX_PAIRS && KEY.matcher(key).matches() && value.length() <= MAX_VALUE) {
				fitting.put(key, value);
			}
		});
		return fitting;
	}

	@Override
	public void withdraw(PortRegistration application) {
		if (this.own != null) {
			this.own.end().run();
		}
	}

	@Override
	public boolean isPublished(PortRegistration application) {
		return this.own != null && isPublished(this.own.registration().getService());
	}

	/**
	 * Look for it whatever Consul thinks of its health: a health that said it is not
	 * registered as long as its check has not passed would keep the check from passing.
	 */
	private boolean isPublished(NewService service) {
		List<HealthService> found = this.client
			.getHealthServices(service.getName(), false, this.properties.getAclToken(), List.of(), QueryParams.DEFAULT)
			.getBody();
		return found != null && found.stream().map(HealthService::getService).anyMatch((each) -> isSame(each, service));
	}

	private static boolean isSame(HealthService.Service found, NewService service) {
		return service.getId().equals(found.getId()) && service.getPort() != null
				&& service.getPort().equals(found.getPort());
	}

	@Override
	public void publishOther(PortRegistration other) {
		this.client.agentServiceRegister(this.properties.getAclToken(), service(other));
	}

	private NewService service(PortRegistration other) {
		NewService service = new NewService();
		service.setId(other.instanceId());
		service.setName(other.serviceName());
		service.setAddress(other.host());
		service.setPort(other.port());
		service.setTags(List.of());
		Map<String, String> facts = fitting(ServiceFacts.of(other));
		facts.put("secure", String.valueOf("https".equals(other.scheme())));
		service.setMeta(facts);
		NewService.Check check = new NewService.Check();
		URI health = other.healthUri();
		if (health != null) {
			check.setHttp(health.toString());
		}
		else {
			check.setTcp(other.host() + ":" + other.port());
		}
		check.setInterval(this.properties.getHealthCheckInterval());
		check.setDeregisterCriticalServiceAfter(REMOVED_AFTER);
		service.setCheck(check);
		return service;
	}

	@Override
	public void withdrawOther(PortRegistration other) {
		this.client.agentServiceDeregister(other.instanceId(), this.properties.getAclToken());
	}

	@Override
	public boolean isOtherPublished(PortRegistration other) {
		return isPublished(service(other));
	}

	/**
	 * How Spring Cloud registers this application.
	 *
	 * @param registration what is registered
	 * @param published whether it has been registered
	 * @param end takes it out
	 * @since 0.1.0
	 */
	public record OwnRegistration(ConsulAutoRegistration registration, BooleanSupplier published, Runnable end) {

	}

}
