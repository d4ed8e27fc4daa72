package dev.aidis.port.autoconfigure;

import java.net.SocketAddress;
import java.util.function.Supplier;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.assignment.PortReservation;
import dev.aidis.port.assignment.PortReservationListener;

/**
 * Auto-configuration that keeps the chosen port for the application from when it was
 * chosen until the application ends. Each kind of web server is made to ask once more,
 * the moment before it opens the port.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AidisPortAutoConfiguration.class)
@ConditionalOnClass(WebServerInitializedEvent.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "aidis.port.enabled", matchIfMissing = true)
public final class PortReservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortReservation portReservation(ConfigurableEnvironment environment) {
		return PortReservation.of(environment);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortReservationListener portReservationListener(ApplicationContext context, PortReservation reservation) {
		return new PortReservationListener(context, reservation);
	}

	/**
	 * Tomcat, which opens the port when its connector starts.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Connector.class, ConfigurableTomcatWebServerFactory.class })
	static class TomcatConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "tomcatPortRecheck")
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> tomcatPortRecheck(PortReservation reservation) {
			return (factory) -> factory
				.addConnectorCustomizers((connector) -> connector.addLifecycleListener((event) -> {
					if (Lifecycle.BEFORE_START_EVENT.equals(event.getType())
							&& "false".equals(String.valueOf(connector.getProperty("bindOnInit")))) {
						connector.setPort(reservation.recheck(connector.getPort()));
					}
				}));
		}

	}

	/**
	 * Jetty, which opens the port when its connector starts.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ServerConnector.class, ConfigurableJettyWebServerFactory.class })
	static class JettyConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "jettyPortRecheck")
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> jettyPortRecheck(PortReservation reservation) {
			return (factory) -> factory.addServerCustomizers((server) -> {
				for (org.eclipse.jetty.server.Connector connector : server.getConnectors()) {
					if (connector instanceof ServerConnector serverConnector) {
						serverConnector.addEventListener(new LifeCycle.Listener() {

							@Override
							public void lifeCycleStarting(LifeCycle starting) {
								serverConnector.setPort(reservation.recheck(serverConnector.getPort()));
							}

						});
					}
				}
			});
		}

	}

	/**
	 * Netty, which asks for its address when it opens the port.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HttpServer.class, NettyReactiveWebServerFactory.class })
	static class NettyConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "nettyPortRecheck")
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> nettyPortRecheck(PortReservation reservation) {
			return (factory) -> factory.addServerCustomizers((server) -> {
				Supplier<? extends SocketAddress> address = server.configuration().bindAddress();
				return (address == null) ? server : server.bindAddress(() -> {
					factory.setPort(reservation.recheck(factory.getPort()));
					return address.get();
				});
			});
		}

	}

}
