package dev.aidis.port.discovery.cloud;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Tells Spring Cloud that the application is registered. Its health stays unknown until
 * it is told.
 *
 * @since 0.1.0
 */
public final class InstanceRegisteredPublisher implements ApplicationListener<WebServerInitializedEvent>, Ordered {

	private final ApplicationContext context;

	private final Registration registration;

	/**
	 * Create a new publisher.
	 * @param context the application's own context
	 * @param registration what is registered
	 */
	public InstanceRegisteredPublisher(ApplicationContext context, Registration registration) {
		this.context = context;
		this.registration = registration;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getApplicationContext() == this.context && event.getWebServer().getPort() > 0) {
			this.context.publishEvent(new InstanceRegisteredEvent<>(this, this.registration));
		}
	}

	/**
	 * After the registration, which the same event makes.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
