package dev.aidis.port.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

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
		runner()
			.withPropertyValues("aidis.port.discovery.clusters=default,again",
					"aidis.port.clusters.again.file=" + this.folder.resolve("x/../here.json"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.extracting("reason")
				.asString()
				.startsWith("Clusters 'default' and 'again' are the same registry, ")
				.contains("here.json"));
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
