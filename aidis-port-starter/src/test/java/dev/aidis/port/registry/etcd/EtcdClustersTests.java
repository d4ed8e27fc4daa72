package dev.aidis.port.registry.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Several clusters, in one etcd and in two.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdClustersTests {

	@TempDir
	Path folder;

	@Test
	void nextClusterServesWhileNoneLivesInThePreferredOneAndNoLonger() throws Exception {
		try (EtcdServer near = EtcdServer.start(this.folder);
				EtcdServer far = EtcdServer.start(this.folder);
				EtcdApplications nearby = new EtcdApplications(near);
				EtcdApplications remote = new EtcdApplications(far);
				ConfigurableApplicationContext caller = run(near, far)) {
			PortDiscovery discovery = caller.getBean(PortDiscovery.class);
			EtcdPortRegistry here = nearby.open("here", (unchanged) -> {
			});
			EtcdPortRegistry there = nearby.open("there", (unchanged) -> {
			});
			EtcdPortRegistry elsewhere = remote.open("elsewhere", (unchanged) -> {
			});
			elsewhere.register(stock(9003));
			awaitPort(discovery, 9003);
			PortRegistration second = stock(9002);
			there.register(second);
			awaitPort(discovery, 9002);
			PortRegistration first = stock(9001);
			here.register(first);
			awaitPort(discovery, 9001);
			here.deregister(first.instanceId());
			awaitPort(discovery, 9002);
			there.deregister(second.instanceId());
			awaitPort(discovery, 9003);
			here.register(first);
			awaitPort(discovery, 9001);
			near.kill();
			awaitPort(discovery, 9003);
		}
	}

	@Test
	void otherClustersEtcdThatIsNotThereIsToldWithTheSettingOfThatCluster(CapturedOutput output) throws Exception {
		try (EtcdServer near = EtcdServer.start(this.folder);
				EtcdServer far = EtcdServer.start(this.folder);
				EtcdApplications nearby = new EtcdApplications(near)) {
			far.kill();
			nearby.open("here", (unchanged) -> {
			}).register(stock(9001));
			try (ConfigurableApplicationContext caller = run(near, far)) {
				PortDiscovery discovery = caller.getBean(PortDiscovery.class);
				awaitPort(discovery, 9001);
				String wayOut = "nobody listens there. Start etcd, or set aidis.port.clusters.elsewhere.endpoints to";
				assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> discovery.find("orders"))
					.withMessageContaining(wayOut);
				assertThat(output).contains("Services are not found in cluster 'elsewhere' for now. ").contains(wayOut);
			}
		}
	}

	@Test
	void clusterOfTheOwnNameInAnotherEtcdIsRefused() {
		assertThatException()
			.isThrownBy(() -> run("http://localhost:1", "--aidis.port.cluster=here",
					"--aidis.port.discovery.clusters=here,there",
					"--aidis.port.clusters.here.endpoints=http://localhost:2"))
			.havingRootCause()
			.withMessageContaining("aidis.port.clusters.here.endpoints with value 'http://localhost:2'")
			.withMessageContaining("Remove this setting, or give the clusters different names");
	}

	private static PortRegistration stock(int port) {
		return PortRegistration.builder("stock", port).status(Status.UP).build();
	}

	private static void awaitPort(PortDiscovery discovery, int port) {
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(discovery.find("stock")).map(PortRegistration::port).contains(port));
	}

	private ConfigurableApplicationContext run(EtcdServer near, EtcdServer far) {
		return run(near.url(), "--aidis.port.cluster=here", "--aidis.port.discovery.clusters=here,there,elsewhere",
				"--aidis.port.clusters.elsewhere.endpoints=" + far.url());
	}

	private static ConfigurableApplicationContext run(String url, String... more) {
		SpringApplication application = new SpringApplication(Caller.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		List<String> arguments = new ArrayList<>(List.of("--spring.application.name=caller",
				"--spring.main.banner-mode=off", "--aidis.port.registry.engine=etcd",
				"--aidis.port.registry.etcd.endpoints=" + url, "--aidis.port.registry.etcd.request-timeout=20s"));
		arguments.addAll(List.of(more));
		return application.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Caller {

	}

}
