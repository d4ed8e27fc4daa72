package dev.aidis.port.registration;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InstanceIdWebFilter} in contexts that have a parent, whose filters
 * WebFlux applies, too.
 */
class InstanceIdWebFilterTests {

	@TempDir
	Path folder;

	private final GenericApplicationContext parent = new GenericApplicationContext();

	private final GenericApplicationContext child = new GenericApplicationContext(this.parent);

	private FilePortRegistry registry;

	private PortRegistrar registrar;

	private PortRegistrar other;

	@BeforeEach
	void createContexts() {
		this.registry = new FilePortRegistry(this.folder.resolve("port-registry.json"), Duration.ofMinutes(1));
		this.registrar = new PortRegistrar(this.registry);
		this.other = new PortRegistrar(this.registry);
		this.parent.registerBean(InstanceIdWebFilter.class);
		this.parent.registerBean(PortRegistrar.class, () -> this.registrar);
		this.child.registerBean("webHandler", WebHandler.class, () -> (exchange) -> Mono.empty());
	}

	@AfterEach
	void closeContexts() {
		this.child.close();
		this.parent.close();
		this.other.destroy();
		this.registry.close();
	}

	@Test
	void serverOfAManagementContextIsItsParents() {
		refresh();
		assertThat(answer()).isNull();
		this.registrar.register(registration("one"));
		assertThat(answer()).isEqualTo("one");
		this.registrar.deregister();
		assertThat(answer()).isNull();
	}

	@Test
	void serverOfAnotherApplicationIsItsOwn() {
		this.child.registerBean(InstanceIdWebFilter.class);
		this.child.registerBean(PortRegistrar.class, () -> this.other);
		refresh();
		this.registrar.register(registration("one"));
		assertThat(answer()).isNull();
		this.other.register(registration("two"));
		assertThat(answer()).isEqualTo("two");
	}

	private void refresh() {
		this.parent.refresh();
		this.child.refresh();
	}

	private @Nullable String answer() {
		MockServerHttpResponse response = new MockServerHttpResponse();
		WebHttpHandlerBuilder.applicationContext(this.child)
			.build()
			.handle(MockServerHttpRequest.get("/").header("Aidis-Probe", "1").build(), response)
			.block();
		return response.getHeaders().getFirst("Aidis-Instance-Id");
	}

	private static PortRegistration registration(String instanceId) {
		return PortRegistration.builder("orders", 8080).instanceId(instanceId).build();
	}

}
