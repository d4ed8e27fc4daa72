package dev.aidis.port.registration;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextStoppedEvent;
import org.springframework.core.Ordered;

/**
 * Tells the {@link PortRegistrar} what happens to the application. Events of a parent or
 * a child are another application's, but for those of the management server, which
 * belongs to this one.
 *
 * @since 0.1.0
 */
public final class PortRegistrationListener implements ApplicationListener<ApplicationEvent>, Ordered {

	/**
	 * Before Spring Cloud's own registrations, which begin at 0, and publish what this
	 * one has told them.
	 */
	private static final int ORDER = -10;

	private static final String MANAGEMENT = "management";

	private final ApplicationContext context;

	private final PortRegistrar registrar;

	private final RegistrationFactory factory;

	/**
	 * Create a new listener.
	 * @param context the application's own context
	 * @param registrar what to tell
	 * @param factory describes the application
	 */
	public PortRegistrationListener(ApplicationContext context, PortRegistrar registrar, RegistrationFactory factory) {
		this.context = context;
		this.registrar = registrar;
		this.factory = factory;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof WebServerInitializedEvent started) {
			onServerStart(started.getApplicationContext(), started.getWebServer().getPort());
		}
		else if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
			this.registrar.ready();
		}
		else if (event instanceof ApplicationContextEvent ending && ending.getApplicationContext() == this.context
				&& isEnd(ending)) {
			this.registrar.deregister();
		}
	}

	private void onServerStart(WebServerApplicationContext origin, int port) {
		if (port <= 0) {
			return;
		}
		if (origin == this.context) {
			this.registrar.register(this.factory.application(port));
		}
		else if (origin.getParent() == this.context && MANAGEMENT.equals(origin.getServerNamespace())) {
			this.registrar.update(this.factory.management(port));
		}
	}

	/**
	 * A context that is only paused, as Spring's test support does with one it keeps,
	 * goes on serving; its event extends that of a stop.
	 */
	private static boolean isEnd(ApplicationContextEvent event) {
		return event instanceof ContextClosedEvent || event.getClass() == ContextStoppedEvent.class;
	}

}
