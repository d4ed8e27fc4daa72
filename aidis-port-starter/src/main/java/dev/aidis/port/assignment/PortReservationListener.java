package dev.aidis.port.assignment;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Tells the {@link PortReservation} what becomes of its port. Events of a parent or a
 * child are another web server's.
 *
 * @since 0.1.0
 */
public final class PortReservationListener implements ApplicationListener<ApplicationEvent> {

	private final ApplicationContext context;

	private final PortReservation reservation;

	/**
	 * Create a new listener.
	 * @param context the application's own context
	 * @param reservation what to tell
	 */
	public PortReservationListener(ApplicationContext context, PortReservation reservation) {
		this.context = context;
		this.reservation = reservation;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof WebServerInitializedEvent opened && opened.getApplicationContext() == this.context) {
			this.reservation.bound(opened.getWebServer().getPort());
		}
		else if (event instanceof ContextRefreshedEvent started && started.getApplicationContext() == this.context) {
			this.reservation.started();
		}
	}

}
