package dev.aidis.port.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.ReservedPort;

/**
 * One of Spring Cloud's registries, without our starter. The one who looks is an
 * application with the same client.
 */
final class CloudAnnouncement implements Announcement {

	private final AutoCloseable server;

	private final Needs needs;

	private final String unwantedByTheObserver;

	private final boolean noticesDeath;

	private @Nullable ConfigurableApplicationContext observer;

	private CloudAnnouncement(AutoCloseable server, List<String> libraries, List<String> arguments,
			String unwantedByTheObserver, boolean noticesDeath) {
		this.server = server;
		this.needs = new Needs(false, libraries, arguments);
		this.unwantedByTheObserver = unwantedByTheObserver;
		this.noticesDeath = noticesDeath;
	}

	private ConfigurableApplicationContext startObserver() {
		List<String> all = new ArrayList<>(this.needs.arguments());
		all.addAll(List.of(this.unwantedByTheObserver,
				"--spring.cloud.service-registry.auto-registration.enabled=false", "--aidis.port.enabled=false",
				"--spring.application.name=observer", "--spring.main.banner-mode=off", "--logging.level.root=error"));
		return new SpringApplicationBuilder(Observer.class).web(WebApplicationType.NONE)
			.run(all.toArray(String[]::new));
	}

	/**
	 * With ZooKeeper, which is asked each time.
	 * @param tight whether a session lasts for a second, the shortest that this server
	 * allows, instead of a minute
	 */
	static CloudAnnouncement zooKeeper(boolean tight) throws Exception {
		TestingServer server = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, 1, 500, 100), true);
		List<String> arguments = new ArrayList<>(
				List.of("--spring.cloud.zookeeper.connect-string=" + server.getConnectString()));
		if (tight) {
			arguments.add("--spring.cloud.zookeeper.session-timeout=1s");
		}
		return new CloudAnnouncement(server,
				List.of("org.springframework.cloud:spring-cloud-starter-zookeeper-discovery"), arguments,
				"--eureka.client.enabled=false", true);
	}

	/**
	 * With Eureka, whose answers the client keeps.
	 * @param tight whether client and server look every second instead of every half
	 * minute, and a lease lasts for two; with the defaults a server keeps a single dead
	 * instance, since it takes that for a failure of the network
	 */
	static CloudAnnouncement eureka(boolean tight) throws Exception {
		ReservedPort port = new ReservedPort();
		List<String> ofTheServer = new ArrayList<>(List.of("--server.port=" + port, "--spring.application.name=eureka",
				"--aidis.port.enabled=false", "--spring.cloud.zookeeper.enabled=false",
				"--eureka.client.register-with-eureka=false", "--eureka.client.fetch-registry=false",
				"--eureka.dashboard.enabled=false", "--logging.level.root=error"));
		List<String> arguments = new ArrayList<>(
				List.of("--eureka.client.service-url.defaultZone=http://localhost:" + port + "/eureka/",
						"--eureka.client.jersey.enabled=false"));
		if (tight) {
			ofTheServer.addAll(List.of("--eureka.server.use-read-only-response-cache=false",
					// What is asked for while it changes would be kept as it was for
					// minutes.
					"--eureka.server.response-cache-auto-expiration-in-seconds=1",
					"--eureka.server.enable-self-preservation=false",
					"--eureka.server.eviction-interval-timer-in-ms=500"));
			arguments.addAll(List.of("--eureka.client.registry-fetch-interval-seconds=1",
					"--eureka.client.initial-instance-info-replication-interval-seconds=1",
					"--eureka.client.instance-info-replication-interval-seconds=1",
					"--eureka.instance.lease-renewal-interval-in-seconds=1",
					"--eureka.instance.lease-expiration-duration-in-seconds=2"));
		}
		JavaProcess server = JavaProcess.start(JavaProcess.classPath(), Map.of(), EurekaServer.class.getName(),
				ofTheServer.toArray(String[]::new));
		server.awaitLine(EurekaServer.READY);
		return new CloudAnnouncement(() -> {
			server.close();
			port.close();
		}, List.of("org.springframework.cloud:spring-cloud-starter-netflix-eureka-client",
				"org.springframework.boot:spring-boot-starter-restclient"), arguments,
				"--spring.cloud.zookeeper.enabled=false", tight);
	}

	@Override
	public Needs needs() {
		return this.needs;
	}

	@Override
	public OptionalInt port() {
		ConfigurableApplicationContext looking = this.observer;
		if (looking == null) {
			looking = startObserver();
			this.observer = looking;
		}
		return looking.getBean(DiscoveryClient.class)
			.getInstances(ServiceLifeApplication.NAME)
			.stream()
			.mapToInt((instance) -> instance.getPort())
			.findFirst();
	}

	@Override
	public boolean noticesDeath() {
		return this.noticesDeath;
	}

	@Override
	public void close() {
		if (this.observer != null) {
			this.observer.close();
		}
		try {
			this.server.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Who looks.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Observer {

	}

}
