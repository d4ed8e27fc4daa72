package dev.aidis.port.discovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class PortClustersTests {

	private final InMemoryPortRegistry here = new InMemoryPortRegistry();

	private final InMemoryPortRegistry there = new InMemoryPortRegistry();

	private final PortClusters clusters = new PortClusters(
			List.of(new Cluster("here", this.here, true), new Cluster("there", this.there, false)));

	@Test
	void nextClusterServesWhileNoneLivesInThePreferredOneAndNoLonger() {
		PortRegistration remote = this.there.register("stock", 9002);
		assertThat(this.clusters.registrations("stock")).containsExactly(remote);
		PortRegistration local = this.here.register("stock", 9001);
		assertThat(this.clusters.registrations("stock")).containsExactly(local);
		this.here.crash(local.instanceId());
		assertThat(this.clusters.registrations("stock")).containsExactly(remote);
		PortRegistration restarted = this.here.register("stock", 9003);
		assertThat(this.clusters.registrations("stock")).containsExactly(restarted);
	}

	@Test
	void instanceThatStartsIsTakenOnlyWhereNoClusterHasOneThatIsReady() {
		PortRegistration starting = PortRegistration.builder("stock", 9001).status(Status.STARTING).build();
		this.here.register(starting);
		assertThat(this.clusters.registrations("stock")).containsExactly(starting);
		PortRegistration ready = this.there.register("stock", 9002);
		assertThat(this.clusters.registrations("stock")).containsExactly(ready);
	}

	@Test
	void whatARegistryOutOfReachHadLastIsTakenOnlyWhereNothingElseIs() {
		PortRegistration last = PortRegistration.builder("stock", 9001)
			.status(Status.UP)
			.metadata(PortRegistration.STALE_SINCE, "2026-11-26T04:00:00Z")
			.build();
		this.here.register(last);
		assertThat(this.clusters.registrations("stock")).containsExactly(last);
		PortRegistration starting = PortRegistration.builder("stock", 9002).status(Status.STARTING).build();
		this.there.register(starting);
		assertThat(this.clusters.registrations("stock")).containsExactly(starting);
		PortRegistration ready = this.there.register("stock", 9003);
		assertThat(this.clusters.registrations("stock")).contains(ready);
	}

	@Test
	void otherClusterMayBePreferredToTheOwn() {
		PortClusters reversed = new PortClusters(
				List.of(new Cluster("there", this.there, false), new Cluster("here", this.here, true)));
		this.here.register("stock", 9001);
		assertThat(reversed.registrations("stock")).extracting(PortRegistration::port).containsExactly(9001);
		this.there.register("stock", 9002);
		assertThat(reversed.registrations("stock")).extracting(PortRegistration::port).containsExactly(9002);
	}

	@Test
	void clusterThatCannotBeReadIsPassedOverAndToldOfOnce(@TempDir Path folder, CapturedOutput output) {
		PortRegistration remote = this.there.register("stock", 9002);
		try (FilePortRegistry broken = new FilePortRegistry(folder, Duration.ofSeconds(1))) {
			PortClusters clusters = new PortClusters(
					List.of(new Cluster("here", broken, true), new Cluster("there", this.there, false)));
			assertThat(clusters.registrations("stock")).containsExactly(remote);
			assertThat(clusters.registrations("stock")).containsExactly(remote);
			assertThat(clusters.names()).containsExactly("stock");
			assertThat(output.getAll().split("Services are not found in cluster 'here' for now", -1)).hasSize(2);
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> clusters.registrations("orders"))
				.withMessageContaining(folder.toString());
		}
	}

	@Test
	void registryThatAloneCannotBeReadIsAnError(@TempDir Path folder, CapturedOutput output) {
		try (FilePortRegistry broken = new FilePortRegistry(folder, Duration.ofSeconds(1))) {
			PortClusters clusters = PortClusters.of(broken);
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> clusters.registrations("stock"));
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(clusters::names);
			assertThat(output).doesNotContain("Services are not found in cluster");
		}
	}

	@Test
	void discoveryTellsWhatAllClustersHave() {
		this.here.register("orders", 9001);
		this.there.register("stock", 9002);
		PortDiscovery discovery = new RegistryPortDiscovery(this.clusters, OtherServices.NONE,
				(name) -> OptionalInt.empty(), (name) -> {
				}, LookupObserver.NONE);
		assertThat(discovery.resolve("stock")).hasToString("http://localhost:9002");
		assertThat(discovery.await("stock", Duration.ZERO).port()).isEqualTo(9002);
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> discovery.resolve("billing"))
			.withMessageContaining("orders")
			.withMessageContaining("stock");
	}

	@Test
	void closingLeavesTheApplicationsOwnRegistryOpen(@TempDir Path folder) {
		FilePortRegistry own = new FilePortRegistry(folder.resolve("own.json"), Duration.ofMinutes(1));
		FilePortRegistry other = new FilePortRegistry(folder.resolve("other.json"), Duration.ofMinutes(1));
		new PortClusters(List.of(new Cluster("here", own, true), new Cluster("there", other, false))).close();
		PortRegistration orders = PortRegistration.builder("orders", 9001).build();
		own.register(orders);
		assertThat(own.registrations()).containsExactly(orders);
		own.close();
	}

}
