package dev.aidis.port.sample.command.registry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

class ClusteredRegistryTests {

	private final InMemoryPortRegistry here = new InMemoryPortRegistry();

	private final InMemoryPortRegistry there = new InMemoryPortRegistry();

	@Test
	void whatIsFoundSaysWhichClusterItIsOf() {
		ClusteredRegistry registry = registry(this.there);
		this.here.register("stock", 9001);
		this.there.register("stock", 9002);
		assertThat(registry.registrations()).extracting(PortRegistration::port, ClusteredRegistryTests::cluster)
			.containsExactly(tuple(9001, "here"), tuple(9002, "there"));
		assertThat(registry.states()).containsExactly(new ClusterState("here", true, this.here.location(), null),
				new ClusterState("there", false, this.there.location(), null));
	}

	@Test
	void entrysOwnClaimIsDropped() {
		PortRegistration claiming = PortRegistration.builder("stock", 9001).metadata("cluster", "elsewhere").build();
		this.here.register(claiming);
		ClusteredRegistry alone = new ClusteredRegistry(this.here, "here", PortClusters.of(this.here));
		assertThat(alone.registrations()).singleElement().extracting(ClusteredRegistryTests::cluster).isNull();
		assertThat(alone.states()).isEmpty();
		assertThat(registry(this.there).registrations()).singleElement()
			.extracting(ClusteredRegistryTests::cluster)
			.isEqualTo("here");
	}

	@Test
	void changesOfEveryClusterAreTold() {
		ClusteredRegistry registry = registry(this.there);
		List<PortRegistryChange> told = new ArrayList<>();
		Runnable end = registry.watch(told::add);
		PortRegistration stock = this.there.register("stock", 9002);
		this.there.register(stock.with((builder) -> builder.port(9003)));
		this.there.deregister(stock.instanceId());
		end.run();
		this.here.register("orders", 9001);
		assertThat(told).hasSize(3)
			.allSatisfy((change) -> assertThat(cluster(change.registration())).isEqualTo("there"));
		assertThat(told.get(1)).isInstanceOfSatisfying(PortRegistryChange.Changed.class,
				(changed) -> assertThat(cluster(changed.previous())).isEqualTo("there"));
	}

	@Test
	void clusterThatCannotBeReadIsShownAsItWasLast(@TempDir Path folder) throws Exception {
		Path file = folder.resolve("registry.json");
		try (FilePortRegistry other = new FilePortRegistry(file, Duration.ofMinutes(1))) {
			ClusteredRegistry registry = registry(other);
			PortRegistration stock = PortRegistration.builder("stock", 9002).build();
			other.register(stock);
			assertThat(registry.registrations()).hasSize(1);
			other.deregister(stock.instanceId());
			other.close();
			Files.delete(file);
			Files.createDirectory(file);
			assertThat(registry.registrations()).hasSize(1);
			assertThat(registry.states().get(1).problem()).contains(file.toString());
			Files.delete(file);
			assertThat(registry.registrations()).isEmpty();
			assertThat(registry.states().get(1).problem()).isNull();
		}
	}

	@Test
	void clusterWhoseFileIsBrokenIsShownAsItWasLastAndSaysSo(@TempDir Path folder) throws Exception {
		Path file = folder.resolve("registry.json");
		try (FilePortRegistry other = new FilePortRegistry(file, Duration.ofMinutes(1))) {
			ClusteredRegistry registry = registry(other);
			other.register(PortRegistration.builder("stock", 9002).build());
			assertThat(registry.registrations()).hasSize(1);
			other.close();
			Files.writeString(file, "{ broken");
			await().untilAsserted(() -> {
				assertThat(registry.registrations()).hasSize(1);
				assertThat(registry.states().get(1).problem()).contains("is broken");
			});
		}
	}

	@Test
	void ownClusterThatCannotBeReadHidesNoOther(@TempDir Path folder) throws Exception {
		Path file = Files.createDirectory(folder.resolve("registry.json"));
		this.there.register("stock", 9002);
		try (FilePortRegistry own = new FilePortRegistry(file, Duration.ofMinutes(1))) {
			ClusteredRegistry registry = registry(own, this.there);
			assertThat(registry.registrations()).extracting(PortRegistration::port).containsExactly(9002);
			assertThat(registry.staleRegistrations()).isEmpty();
			assertThat(registry.states().get(0).problem()).contains(file.toString());
			assertThat(registry.states().get(1).problem()).isNull();
			ClusteredRegistry alone = new ClusteredRegistry(own, "here", PortClusters.of(own));
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(alone::registrations);
		}
	}

	@Test
	void ownClusterThatCannotBeUsedSaysSo(@TempDir Path folder) throws Exception {
		Path file = Files.createDirectory(folder.resolve("registry.json"));
		try (FilePortRegistry own = new FilePortRegistry(file, Duration.ofMinutes(1))) {
			ClusteredRegistry registry = registry(own, this.there);
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify);
			assertThat(registry.states().get(0).problem()).contains(file.toString());
		}
	}

	@Test
	void clusterThatTellsWhatItKnewBeforeAnOutageSaysSinceWhen() {
		ClusteredRegistry registry = registry(this.there);
		PortRegistration stock = this.there.register("stock", 9002);
		this.there
			.register(stock.with((builder) -> builder.metadata(PortRegistration.STALE_SINCE, "2026-11-26T04:00:00Z")));
		assertThat(registry.registrations()).hasSize(1);
		assertThat(registry.states().get(1).problem()).contains("2026-11-26T04:00:00Z");
		this.there.register(stock);
		assertThat(registry.registrations()).hasSize(1);
		assertThat(registry.states().get(1).problem()).isNull();
	}

	@Test
	void ownClusterThatIsNotLookedInHasItsConfiguredName() {
		ClusteredRegistry registry = new ClusteredRegistry(this.here, "here",
				new PortClusters(List.of(new Cluster("there", this.there, false))));
		this.here.register("stock", 9001);
		assertThat(registry.states()).extracting(ClusterState::name).containsExactly("here", "there");
		assertThat(registry.registrations()).singleElement()
			.extracting(ClusteredRegistryTests::cluster)
			.isEqualTo("here");
	}

	private ClusteredRegistry registry(PortRegistry other) {
		return registry(this.here, other);
	}

	private static ClusteredRegistry registry(PortRegistry own, PortRegistry other) {
		return new ClusteredRegistry(own, "here",
				new PortClusters(List.of(new Cluster("here", own, true), new Cluster("there", other, false))));
	}

	private static @Nullable String cluster(PortRegistration registration) {
		return registration.metadata().get("cluster");
	}

}
