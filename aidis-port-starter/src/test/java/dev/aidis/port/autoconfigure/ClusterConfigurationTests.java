package dev.aidis.port.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class ClusterConfigurationTests {

	@TempDir
	Path folder;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AidisPortAutoConfiguration.class,
					ConfigurationPropertiesAutoConfiguration.class))
			.withPropertyValues("aidis.port.registry.file=" + this.folder.resolve("here.json"),
					"aidis.port.clusters.there.file=" + this.folder.resolve("there.json"));
	}

	@Test
	void ownClusterIsTheOnlyOneUnlessOthersAreNamed() {
		runner().run((context) -> assertThat(context.getBean(PortClusters.class).inOrder()).singleElement()
			.isEqualTo(new Cluster("default", context.getBean(PortRegistry.class), true)));
	}

	@Test
	void serviceIsFoundInTheNextClusterWhileNoneLivesInTheFirst() {
		PortRegistration remote = PortRegistration.builder("stock", 9002).status(Status.UP).build();
		PortRegistration local = PortRegistration.builder("stock", 9001).status(Status.UP).build();
		try (FilePortRegistry there = new FilePortRegistry(this.folder.resolve("there.json"), Duration.ofMinutes(1))) {
			there.register(remote);
			runner().withPropertyValues("aidis.port.cluster=here", "aidis.port.discovery.clusters=here,there")
				.run((context) -> {
					PortDiscovery discovery = context.getBean(PortDiscovery.class);
					PortRegistry here = context.getBean(PortRegistry.class);
					assertThat(discovery.find("stock")).contains(remote);
					here.register(local);
					assertThat(discovery.find("stock")).contains(local);
					here.deregister(local.instanceId());
					assertThat(discovery.find("stock")).contains(remote);
				});
		}
	}

	@Test
	void clusterThatNobodySaysWhereItIsIsRefusedWithTheSetting() {
		runner().withPropertyValues("aidis.port.discovery.clusters=default,elsewhere")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.discovery.clusters")
				.hasMessageContaining("elsewhere"));
	}

	@Test
	void clusterThatIsNamedTwiceIsRefused() {
		runner().withPropertyValues("aidis.port.discovery.clusters=there,there")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.discovery.clusters")
				.extracting("reason")
				.isEqualTo("It names cluster 'there' twice. Name each once."));
	}

	@Test
	void twoNamesForOneRegistryAreRefused() {
		assertSame("default", "again", "aidis.port.discovery.clusters=default,again",
				"aidis.port.clusters.again.file=" + this.folder.resolve("x/../here.json"));
	}

	@Test
	void linksToOneRegistryAreSeenThrough() throws Exception {
		Path file = Files.writeString(this.folder.resolve("here.json"), "{}\n");
		Path linked = Files.createSymbolicLink(this.folder.resolve("linked.json"), file);
		Path parent = Files.createSymbolicLink(this.folder.resolve("parent"), this.folder);
		Path missing = Files.createSymbolicLink(this.folder.resolve("missing.json"), Path.of("there.json"));
		for (Path again : List.of(linked, parent.resolve("here.json"), parent.resolve("x/../linked.json"))) {
			assertSame("default", "again", "aidis.port.discovery.clusters=default,again",
					"aidis.port.clusters.again.file=" + again);
		}
		assertSame("there", "again", "aidis.port.discovery.clusters=default,there,again",
				"aidis.port.clusters.again.file=" + missing);
		assertSame("there", "again", "aidis.port.discovery.clusters=there,again",
				"aidis.port.clusters.again.file=" + parent.resolve("there.json"));
	}

	@Test
	void ownRegistryUnderAnotherNameIsRefusedAlsoWhereTheOwnClusterIsNotLookedIn() {
		assertSame("default", "again", "aidis.port.discovery.clusters=again",
				"aidis.port.clusters.again.file=" + this.folder.resolve("here.json"));
	}

	@Test
	void linkThatLeadsNowhereOrInACircleIsARegistryOfItsOwn() throws Exception {
		Path circle = Files.createSymbolicLink(this.folder.resolve("circle.json"), Path.of("circle.json"));
		Path nowhere = Files.createSymbolicLink(this.folder.resolve("nowhere.json"), Path.of("nowhere/x.json"));
		runner()
			.withPropertyValues("aidis.port.discovery.clusters=default,circle,nowhere",
					"aidis.port.clusters.circle.file=" + circle, "aidis.port.clusters.nowhere.file=" + nowhere)
			.run((context) -> assertThat(context.getBean(PortClusters.class).inOrder()).hasSize(3));
	}

	private void assertSame(String first, String second, String... properties) {
		runner().withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.discovery.clusters")
				.extracting("reason")
				.asString()
				.startsWith("Clusters '" + first + "' and '" + second + "' are the same registry, "));
	}

	@Test
	void ownNameForARegistryElsewhereIsRefused() {
		runner().withPropertyValues("aidis.port.cluster=there")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.clusters.there.file")
				.extracting("reason")
				.asString()
				.contains("Cluster 'there' is the application's own"));
	}

	@Test
	void otherClustersFileIsNeverWritten() throws Exception {
		Path file = this.folder.resolve("there.json");
		String dead = """
				{
				  "stock": { "serviceName": "stock", "port": 9002, "pid": 999999999, "startedAt": "2026-11-26T04:00:00.000Z" }
				}
				""";
		Files.writeString(file, dead);
		runner().withPropertyValues("aidis.port.discovery.clusters=default,there").run((context) -> {
			PortRegistry there = context.getBean(PortClusters.class).inOrder().get(1).registry();
			List<PortRegistryChange> told = new CopyOnWriteArrayList<>();
			try (PortRegistry.Watch watch = there.watch(told::add)) {
				Files.writeString(file, dead.replace("stock", "other"));
				await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(told).isEmpty());
			}
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(there::prune)
				.withMessageContaining("is another cluster's and is only looked in");
			assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> there.register(PortRegistration.builder("orders", 9001).build()));
		});
		assertThat(file).hasContent(dead.replace("stock", "other"));
		assertThat(this.folder.toFile().list()).containsExactly("there.json");
	}

	@Test
	void ownClustersEtcdElsewhereIsRefused() {
		runner().withPropertyValues("aidis.port.clusters.default.endpoints=http://localhost:2379")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.clusters.default.endpoints"));
	}

	@Test
	void nameThatIsNoneIsRefusedWithTheRule() {
		runner().withPropertyValues("aidis.port.cluster=East Coast")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.cluster")
				.hasMessageContaining("East Coast"));
	}

	@Test
	void engineWithoutClustersHasNoOthers() {
		runner().withPropertyValues("aidis.port.registry.engine=none", "aidis.port.discovery.clusters=default,there")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.extracting("reason")
				.asString()
				.contains("Set aidis.port.registry.engine to an engine that has"));
	}

}
