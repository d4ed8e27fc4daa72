package dev.aidis.port.registry.etcd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Whole applications that find each other in etcd, by configuration alone.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdApplicationTests {

	@TempDir
	static Path folder;

	private static EtcdServer server;

	@BeforeAll
	static void startServer() throws Exception {
		server = EtcdServer.start(folder);
	}

	@AfterAll
	static void stopServer() throws Exception {
		if (server != null) {
			server.close();
		}
	}

	private static ConfigurableApplicationContext run(String url, String name, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.application.name=" + name,
				"--aidis.port.registry.engine=etcd", "--aidis.port.registry.etcd.endpoints=" + url,
				"--aidis.port.registry.etcd.lease-ttl=2s", "--aidis.port.registry.etcd.request-timeout=20s",
				"--aidis.port.registry.file=" + folder.resolve("none.json")));
		arguments.addAll(List.of(more));
		SpringApplication application = new SpringApplication(Application.class);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		return application.run(arguments.toArray(String[]::new));
	}

	private static int port(ConfigurableApplicationContext context) {
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	private static Health health(ConfigurableApplicationContext context) {
		return context.getBean(PortRegistryHealthIndicator.class).health();
	}

	@Test
	void applicationIsFoundByAnotherMovesAndIsGoneAfterItsClose(CapturedOutput output) {
		try (ConfigurableApplicationContext callers = run(server.url(), "callers",
				"--aidis.port.discovery.required=orders", "--aidis.port.cluster=moving")) {
			PortDiscovery discovery = callers.getBean(PortDiscovery.class);
			assertThat(health(callers).getStatus()).isEqualTo(Status.DOWN);
			int first;
			try (ConfigurableApplicationContext orders = run(server.url(), "orders", "--aidis.port.cluster=moving")) {
				first = port(orders);
				PortRegistration found = discovery.await("orders", Duration.ofMinutes(1));
				assertThat(found.port()).isEqualTo(first);
				assertThat(output).contains("Service 'orders' is at http://localhost:" + first)
					.contains("registered in etcd " + server.url() + " /aidis/moving/");
				assertThat(health(orders).getStatus()).isEqualTo(Status.UP);
				await().untilAsserted(() -> assertThat(health(callers).getStatus()).isEqualTo(Status.UP));
			}
			await().untilAsserted(() -> assertThat(discovery.find("orders")).isEmpty());
			try (ConfigurableApplicationContext orders = run(server.url(), "orders", "--aidis.port.cluster=moving")) {
				assertThat(discovery.await("orders", Duration.ofMinutes(1)).port()).isEqualTo(port(orders));
			}
			await().untilAsserted(() -> assertThat(discovery.find("orders")).isEmpty());
		}
		assertThat(folder.resolve("none.json")).doesNotExist();
	}

	@Test
	void applicationStartsWithoutEtcdSaysWhyItIsDownAndComesUpWithIt(CapturedOutput output) throws Exception {
		try (EtcdServer late = EtcdServer.start(folder)) {
			late.kill();
			try (ConfigurableApplicationContext orders = run(late.url(), "orders")) {
				assertThat(output).contains("not yet registered in etcd " + late.url());
				Health health = health(orders);
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails()).containsEntry("readable", false).containsEntry("registered", false);
				assertThat(health.getDetails().get("problem").toString()).contains("cannot be reached since")
					.contains("nobody listens there");
				late.start();
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> assertThat(health(orders).getStatus()).isEqualTo(Status.UP));
				assertThat(output).contains("can be reached again")
					.contains("Service 'orders' is now registered in etcd " + late.url());
				late.kill();
				await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
					assertThat(health(orders).getStatus()).isEqualTo(Status.DOWN);
					assertThat(health(orders).getDetails()).containsEntry("registered", true);
				});
				assertThat(orders.getBean(PortDiscovery.class).find("orders")).hasValueSatisfying(
						(found) -> assertThat(found.metadata()).containsKey(PortRegistration.STALE_SINCE));
			}
		}
	}

	@Test
	void applicationStartsWithAWrongPasswordSaysSoAndComesUpWhenItIsRight(CapturedOutput output) throws Exception {
		try (EtcdServer guarded = EtcdServer.start(folder)) {
			EtcdUsers.enableAuthentication(guarded, Map.of("orders", "/aidis/default/"), "reader");
			try (ConfigurableApplicationContext orders = run(guarded.url(), "orders",
					"--aidis.port.registry.etcd.username=orders",
					"--aidis.port.registry.etcd.password=planted-secret")) {
				Health health = health(orders);
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails()).containsEntry("readable", false).containsEntry("registered", false);
				assertThat(health.getDetails().get("problem").toString())
					.contains("it does not accept user 'orders': the name or the password is wrong. "
							+ "Set aidis.port.registry.etcd.username and aidis.port.registry.etcd.password");
				EtcdUsers.changePassword(guarded, "orders", "planted-secret");
				await().atMost(Duration.ofMinutes(1))
					.untilAsserted(() -> assertThat(health(orders).getStatus()).isEqualTo(Status.UP));
				assertThat(output).contains("not yet registered in etcd " + guarded.url())
					.contains("Service 'orders' is now registered in etcd " + guarded.url())
					.doesNotContain("planted-secret");
				assertThat(health.toString()).doesNotContain("planted-secret");
			}
		}
	}

	@Test
	void sslBundleIsTakenFromTheApplication() throws Exception {
		assertThatException()
			.isThrownBy(() -> run("https://localhost:1", "orders", "--aidis.port.registry.etcd.ssl.bundle=nowhere"))
			.havingRootCause()
			.withMessageContaining("aidis.port.registry.etcd.ssl.bundle with value 'nowhere'")
			.withMessageContaining(
					"There is no SSL bundle of that name. Define it below spring.ssl.bundle.pem.nowhere");
		Path certificate = Files.writeString(folder.resolve("ca.pem"), EtcdTlsTests.anyCertificate(folder));
		try (ConfigurableApplicationContext orders = run(server.url().replace("http", "https"), "orders",
				"--aidis.port.registry.etcd.ssl.bundle=etcd",
				"--spring.ssl.bundle.pem.etcd.truststore.certificate=" + certificate.toUri())) {
			assertThat(orders.getBean(PortRegistry.class).problem("unknown")).isEmpty();
			assertThat(health(orders).getDetails().get("problem").toString()).contains("If it does not speak TLS");
		}
	}

	@Test
	void settingsThatCannotWorkWithEtcdAreRefused() {
		assertThatException().isThrownBy(() -> run(server.url(), "orders", "--aidis.port.registry.on-duplicate=fail"))
			.havingRootCause()
			.withMessageContaining("aidis.port.registry.on-duplicate with value 'FAIL'")
			.withMessageContaining("all instances of a service are kept");
		assertThatException().isThrownBy(() -> run(server.url(), "orders", "--aidis.port.cluster=Not/One"))
			.havingRootCause()
			.withMessageContaining("aidis.port.cluster with value 'Not/One'")
			.withMessageContaining("A cluster's name has lower-case letters");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
