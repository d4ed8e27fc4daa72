package dev.aidis.port.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * An application with a web server and Actuator that says when its server is bound.
 */
@EnableAutoConfiguration
public class ServiceLifeApplication {

	static final String NAME = "benchmark";

	/**
	 * Begins what is printed when the server is bound; the port follows, and
	 * {@link System#nanoTime()}, which is the same clock for all processes on Linux.
	 */
	static final String BOUND = "bound ";

	static final String READY = "application is ready";

	/**
	 * Run the application until it is told to end.
	 * @param arguments the command line
	 */
	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(ServiceLifeApplication.class);
		application.addListeners(new Bound());
		PortFileAnnouncement.addWriter(application, arguments);
		application.run(arguments);
		System.out.println(READY);
	}

	@Order(Ordered.HIGHEST_PRECEDENCE)
	private static final class Bound implements ApplicationListener<WebServerInitializedEvent> {

		@Override
		public void onApplicationEvent(WebServerInitializedEvent event) {
			long now = System.nanoTime();
			System.out.println(BOUND + event.getWebServer().getPort() + " " + now);
		}

	}

}
