package dev.aidis.port.discovery.cloud;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.cloud.client.serviceregistry.Registration;

import dev.aidis.port.PortRegistration;

/**
 * This application's own registration, for what asks Spring Cloud for it. Before the web
 * server has started nobody knows the port, so then there is an error rather than port 0.
 *
 * @since 0.1.0
 */
public final class PortServiceRegistration implements Registration {

	private final String serviceName;

	private final Supplier<Optional<PortRegistration>> own;

	/**
	 * Create a new registration.
	 * @param serviceName the name of the application
	 * @param own what is registered
	 */
	public PortServiceRegistration(String serviceName, Supplier<Optional<PortRegistration>> own) {
		this.serviceName = serviceName;
		this.own = own;
	}

	private RegisteredServiceInstance instance() {
		return new RegisteredServiceInstance(
				this.own.get()
					.orElseThrow(() -> new IllegalStateException("Service '" + this.serviceName
							+ "' is not registered: its web "
							+ "server has not started, or it has stopped. Ask after a WebServerInitializedEvent")));
	}

	@Override
	public String getServiceId() {
		return this.serviceName;
	}

	@Override
	public String getInstanceId() {
		return instance().getInstanceId();
	}

	@Override
	public String getHost() {
		return instance().getHost();
	}

	@Override
	public int getPort() {
		return instance().getPort();
	}

	@Override
	public boolean isSecure() {
		return instance().isSecure();
	}

	@Override
	public URI getUri() {
		return instance().getUri();
	}

	@Override
	public String getScheme() {
		return instance().getScheme();
	}

	@Override
	public Map<String, String> getMetadata() {
		return instance().getMetadata();
	}

}
