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
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

import dev.aidis.port.assignment.PortRecheck;

/**
 * Makes each kind of web server ask a {@link PortRecheck} immediately before it opens its
 * port.
 */
final class PortRecheckConfiguration {

	private PortRecheckConfiguration() {
	}

	/**
	 * Tomcat's connector tells before it starts. If it was told to open its port earlier,
	 * there is nothing to ask for any more.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConfigurableTomcatWebServerFactory.class, Lifecycle.class })
	static class OnTomcat {

		@Bean
		@ConditionalOnMissingBean(name = "tomcatPortRecheck", search = SearchStrategy.CURRENT)
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> tomcatPortRecheck(PortRecheck recheck) {
			return (factory) -> factory
				.addConnectorCustomizers((connector) -> connector.addLifecycleListener((event) -> {
					if (Lifecycle.BEFORE_START_EVENT.equals(event.getType())
							&& "false".equals(String.valueOf(connector.getProperty("bindOnInit")))) {
						ask(connector, recheck);
					}
				}));
		}

		private static void ask(org.apache.catalina.connector.Connector connector, PortRecheck recheck) {
			int wanted = connector.getPortWithOffset();
			int port = recheck.portToOpen(wanted, (InetAddress) connector.getProperty("address"));
			if (port != wanted) {
				connector.setPortOffset(0);
				connector.setPort(port);
			}
		}

	}

	/**
	 * Jetty's connector tells before it starts, and can then be asked to open the port.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConfigurableJettyWebServerFactory.class, ServerConnector.class })
	static class OnJetty {

		@Bean
		@ConditionalOnMissingBean(name = "jettyPortRecheck", search = SearchStrategy.CURRENT)
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> jettyPortRecheck(PortRecheck recheck) {
			return (factory) -> factory.addServerCustomizers((server) -> {
				for (Connector connector : server.getConnectors()) {
					if (connector instanceof ServerConnector network) {
						network.addEventListener(new LifeCycle.Listener() {

							@Override
							public void lifeCycleStarting(LifeCycle event) {
								ask(network, recheck);
							}

						});
					}
				}
			});
		}

		private static void ask(ServerConnector connector, PortRecheck recheck) {
			if (recheck.mayMove(connector.getPort()) && !isOpen(connector)) {
				connector.setPort(recheck.portToOpen(connector.getPort(), address(connector)));
			}
		}

		private static InetAddress address(ServerConnector connector) {
			return ((connector.getHost() != null) ? new InetSocketAddress(connector.getHost(), connector.getPort())
					: new InetSocketAddress(connector.getPort()))
				.getAddress();
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
		@ConditionalOnMissingBean(name = "nettyPortRecheck", search = SearchStrategy.CURRENT)
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> nettyPortRecheck(PortRecheck recheck,
				ObjectProvider<ReactorResourceFactory> resources) {
			return (factory) -> factory.addServerCustomizers((server) -> {
				Supplier<? extends SocketAddress> wanted = server.configuration().bindAddress();
				return (wanted != null) ? server.bindAddress(() -> address(wanted.get(), recheck, resources)) : server;
			});
		}

		private static SocketAddress address(SocketAddress wanted, PortRecheck recheck,
				ObjectProvider<ReactorResourceFactory> resources) {
			if (wanted instanceof InetSocketAddress address && recheck.mayMove(address.getPort())) {
				warmUp(resources);
				return new InetSocketAddress(address.getAddress(),
						recheck.portToOpen(address.getPort(), address.getAddress()));
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
