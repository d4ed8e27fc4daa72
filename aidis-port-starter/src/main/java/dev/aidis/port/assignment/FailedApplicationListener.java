package dev.aidis.port.assignment;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Gives back the port of an application that fails before it has beans. Otherwise the
 * next one in the same JVM, as after a reload by DevTools, would not get it.
 */
final class FailedApplicationListener implements ApplicationListener<ApplicationFailedEvent> {

	@Override
	public void onApplicationEvent(ApplicationFailedEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (context != null) {
			PortReservation.of(context.getEnvironment()).close();
		}
	}

}
