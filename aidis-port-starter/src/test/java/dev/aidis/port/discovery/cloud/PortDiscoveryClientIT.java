package dev.aidis.port.discovery.cloud;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.cloud.client.ServiceInstance;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What Spring Cloud sees of the registry.
 */
class PortDiscoveryClientIT {

	@TempDir
	Path folder;

	private final List<String> lookups = new ArrayList<>();

	private FilePortRegistry registry;

	private PortDiscoveryClient client;

	private PortReactiveDiscoveryClient reactive;

	@BeforeEach
	void prepare() {
		this.registry = new FilePortRegistry(this.folder.resolve("port-registry.json"), Duration.ofMinutes(1));
		this.client = new PortDiscoveryClient(PortClusters.of(this.registry), this.lookups::add);
		this.reactive = new PortReactiveDiscoveryClient(this.client);
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void instanceTellsAllThatIsRegistered() {
		PortRegistration stock = PortRegistration.builder("stock", 41001)
			.scheme("https")
			.host("127.0.0.1")
			.managementPort(41002)
			.metadata("zone", "a")
			.status(Status.UP)
			.build();
		this.registry.register(stock);
		assertThat(this.client.getInstances("stock")).singleElement().satisfies((found) -> {
			assertThat(found.getInstanceId()).isEqualTo(stock.instanceId());
			assertThat(found.getServiceId()).isEqualTo("stock");
			assertThat(found.getUri()).hasToString("https://127.0.0.1:41001");
			assertThat(found.getHost()).isEqualTo("127.0.0.1");
			assertThat(found.getPort()).isEqualTo(41001);
			assertThat(found.getScheme()).isEqualTo("https");
			assertThat(found.isSecure()).isTrue();
			assertThat(found.getMetadata()).containsEntry("zone", "a").containsEntry("management.port", "41002");
		});
		assertThat(this.reactive.getInstances("stock").collectList().block())
			.isEqualTo(this.client.getInstances("stock"));
	}

	@Test
	void replicasAreInstancesOfOneService() {
		register("stock", 41001, Status.UP);
		register("stock", 41002, Status.UP);
		register("orders", 41003, Status.UP);
		assertThat(ports("stock")).containsExactly(41001, 41002);
		assertThat(this.client.getServices()).containsExactly("stock", "orders");
		assertThat(this.reactive.getServices().collectList().block()).containsExactly("stock", "orders");
	}

	@Test
	void instancesThatStartAreFoundOnlyWhileNoneIsReady() {
		PortRegistration starting = register("stock", 41001, Status.STARTING);
		assertThat(ports("stock")).containsExactly(41001);
		register("stock", 41002, Status.UP);
		assertThat(ports("stock")).containsExactly(41002);
		this.registry.register(starting.with((builder) -> builder.status(Status.UP)));
		assertThat(ports("stock")).containsExactly(41001, 41002);
	}

	@Test
	void upperCaseNameOfAnotherRegistryIsUnderstood() {
		register("stock", 41001, Status.UP);
		assertThat(ports("STOCK")).containsExactly(41001);
		assertThat(this.lookups).containsExactly("stock");
	}

	@Test
	void unknownServiceHasNoInstances() {
		assertThat(this.client.getInstances("nobody")).isEmpty();
		assertThat(this.reactive.getInstances("nobody").collectList().block()).isEmpty();
	}

	@Test
	void probeFailsWhereTheRegistryCannotBeUsed() {
		this.client.probe();
		this.reactive.reactiveProbe().block();
		PortDiscoveryClient broken = new PortDiscoveryClient(
				PortClusters.of(new FilePortRegistry(this.folder, Duration.ofMinutes(1))), this.lookups::add);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(broken::probe);
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> new PortReactiveDiscoveryClient(broken).reactiveProbe().block());
	}

	@Test
	void descriptionTellsWhereTheRegistryIs() {
		assertThat(this.client.description()).endsWith(this.registry.location());
		assertThat(this.reactive.description()).isEqualTo(this.client.description());
	}

	@Test
	void ownRegistrationHasNoPortBeforeThereIsOne() {
		PortServiceRegistration before = new PortServiceRegistration("stock", Optional::empty);
		assertThat(before.getServiceId()).isEqualTo("stock");
		assertThatIllegalStateException().isThrownBy(before::getPort).withMessageContaining("'stock'");
		PortRegistration stock = register("stock", 41001, Status.UP);
		ServiceInstance after = new PortServiceRegistration("stock", () -> Optional.of(stock));
		assertThat(after.getPort()).isEqualTo(41001);
		assertThat(after.getUri()).isEqualTo(stock.uri());
		assertThat(after.getInstanceId()).isEqualTo(stock.instanceId());
		assertThat(after.getHost()).isEqualTo("localhost");
		assertThat(after.getScheme()).isEqualTo("http");
		assertThat(after.isSecure()).isFalse();
		assertThat(after.getMetadata()).isEmpty();
	}

	private List<Integer> ports(String name) {
		return this.client.getInstances(name).stream().map(ServiceInstance::getPort).toList();
	}

	private PortRegistration register(String name, int port, Status status) {
		PortRegistration registration = PortRegistration.builder(name, port).status(status).build();
		this.registry.register(registration);
		return registration;
	}

}
