package dev.aidis.port.registration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.test.PortRegistryExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InstanceIdWebFilter} in contexts that have a parent, whose filters
 * WebFlux applies, too.
 */
@ExtendWith(PortRegistryExtension.class)
class InstanceIdWebFilterTests {

	private final GenericApplicationContext parent = new GenericApplicationContext();

	private final GenericApplicationContext child = new GenericApplicationContext(this.parent);

	private PortRegistrar registrar;

	private PortRegistrar other;

	@BeforeEach
	void createContexts(PortRegistry registry) {
		this.registrar = new PortRegistrar(registry);
		this.other = new PortRegistrar(registry);
		this.parent.registerBean(InstanceIdWebFilter.class);
		this.parent.registerBean(PortRegistrar.class, () -> this.registrar);
		this.child.registerBean("webHandler", WebHandler.class, () -> (exchange) -> Mono.empty());
	}

	@AfterEach
	void closeContexts() {
		this.child.close();
		this.parent.close();
		this.other.destroy();
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
