package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Supplier;

import org.apache.catalina.Lifecycle;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.client.ReactorResourceFactory;

import dev.aidis.port.assignment.PortConflicts;

/**
 * Looks at the port once more in the moment before a web server opens it. Between the
 * first look and that moment the whole application starts, and a neighbour that was told
 * to take the same port does the same. Once the server has failed to open a port there is
 * no way back that all of them offer.
 */
final class LatePortConflictConfiguration {

	private LatePortConflictConfiguration() {
	}

	/**
	 * Tomcat's connector tells before it starts.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConfigurableTomcatWebServerFactory.class, Lifecycle.class })
	static class OnTomcat {

		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> tomcatPortConflictCustomizer(
				ConfigurableEnvironment environment) {
			PortConflicts conflicts = new PortConflicts(environment);
			return (factory) -> factory.addConnectorCustomizers((connector) -> watch(connector, conflicts));
		}

		private static void watch(org.apache.catalina.connector.Connector connector, PortConflicts conflicts) {
			connector.addLifecycleListener((event) -> {
				if (Lifecycle.BEFORE_START_EVENT.equals(event.getType()) && conflicts
					.givesWay(connector.getPortWithOffset(), (InetAddress) connector.getProperty("address"))) {
					connector.setPortOffset(0);
					connector.setPort(0);
				}
			});
		}

	}

	/**
	 * Jetty's connector tells before it starts, and can then be asked to open the port.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConfigurableJettyWebServerFactory.class, ServerConnector.class })
	static class OnJetty {

		@Bean
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> jettyPortConflictCustomizer(
				ConfigurableEnvironment environment) {
			PortConflicts conflicts = new PortConflicts(environment);
			return (factory) -> factory.addServerCustomizers((server) -> {
				for (Connector connector : server.getConnectors()) {
					if (connector instanceof ServerConnector network) {
						watch(network, conflicts);
					}
				}
			});
		}

		private static void watch(ServerConnector connector, PortConflicts conflicts) {
			connector.addEventListener(new LifeCycle.Listener() {

				@Override
				public void lifeCycleStarting(LifeCycle event) {
					InetSocketAddress wanted = (connector.getHost() != null)
							? new InetSocketAddress(connector.getHost(), connector.getPort())
							: new InetSocketAddress(connector.getPort());
					if (conflicts.mayMove(wanted.getPort()) && !isOpen(connector)
							&& conflicts.givesWay(wanted.getPort(), wanted.getAddress())) {
						connector.setPort(0);
					}
				}

			});
		}

		private static boolean isOpen(ServerConnector connector) {
			try {
				connector.open();
				return true;
			}
			catch (IOException ex) {
				// What matters is said when it opens the port by itself.
				return false;
			}
		}

	}

	/**
	 * Netty asks for the address before it opens it. In between it loads much of itself,
	 * unless it has opened a port before, so it is made to.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ NettyReactiveWebServerFactory.class, HttpServer.class })
	static class OnNetty {

		@Bean
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> nettyPortConflictCustomizer(
				ConfigurableEnvironment environment, ObjectProvider<ReactorResourceFactory> resources) {
			PortConflicts conflicts = new PortConflicts(environment);
			return (factory) -> factory.addServerCustomizers((server) -> {
				Supplier<? extends SocketAddress> wanted = server.configuration().bindAddress();
				return (wanted != null) ? server.bindAddress(() -> address(wanted.get(), conflicts, resources))
						: server;
			});
		}

		private static SocketAddress address(SocketAddress wanted, PortConflicts conflicts,
				ObjectProvider<ReactorResourceFactory> resources) {
			if (wanted instanceof InetSocketAddress address && conflicts.mayMove(address.getPort())) {
				warmUp(resources);
				if (conflicts.givesWay(address.getPort(), address.getAddress())) {
					return new InetSocketAddress(address.getAddress(), 0);
				}
			}
			return wanted;
		}

		private static void warmUp(ObjectProvider<ReactorResourceFactory> resources) {
			ReactorResourceFactory shared = resources.getIfAvailable();
			LoopResources loops = (shared != null) ? shared.getLoopResources() : null;
			HttpServer server = HttpServer.create().bindAddress(() -> new InetSocketAddress("localhost", 0));
			try {
				server = (loops != null) ? server.runOn(loops) : server;
				server.bindNow().disposeNow();
			}
			catch (RuntimeException ex) {
				// What matters is said when the server itself cannot open a port.
			}
		}

	}

}
