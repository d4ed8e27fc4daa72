package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServerLocator}.
 */
class ServerLocatorTests {

	private final InMemoryPortRegistry registry = new InMemoryPortRegistry();

	private final ScriptedServer server = new ScriptedServer();

	@AfterEach
	void close() {
		this.server.close();
	}

	private ServerLocator locator() {
		return locator(0, this.registry);
	}

	private static ServerLocator locator(int defaultPort, PortRegistry registry) {
		return new ServerLocator("aidis-mcp", "/mcp", defaultPort, () -> registry, new HttpTransport(null),
				Duration.ZERO);
	}

	@Test
	void findsWhatIsRegisteredAndProvesItself() {
		this.registry.register(this.server.registration());
		Server found = locator().locate().server();
		assertThat(found).isNotNull();
		assertThat(found.endpoint()).isEqualTo(URI.create("http://localhost:" + this.server.port() + "/mcp"));
		assertThat(found.instanceId()).isEqualTo(this.server.registration().instanceId());
		assertThat(locator().isThere(found)).isTrue();
		assertThat(this.server.received()).isEmpty();
	}

	@Test
	void findsNothingWhereNothingIs() {
		this.registry.register(PortRegistration.builder("orders", 4711).build());
		Located located = locator().locate();
		assertThat(located.server()).isNull();
		assertThat(located.problem()).contains("'aidis-mcp' is not registered in");
		assertThat(locator().surroundings()).contains("orders at http://localhost:4711 (process ");
	}

	@Test
	void saysNothingToAnotherProgramOnThePort() {
		this.registry.register(this.server.registration());
		this.server.as("another");
		Located located = locator().locate();
		assertThat(located.server()).isNull();
		assertThat(located.problem()).contains("is registered at http://localhost:" + this.server.port(),
				"is not that instance");
		assertThat(this.server.received()).isEmpty();
		assertThat(locator().isThere(this.server.address())).isFalse();
	}

	@Test
	void prefersOneThatIsReady() {
		try (ScriptedServer ready = new ScriptedServer()) {
			this.registry.register(this.server.registration().with((builder) -> builder.status(Status.STARTING)));
			this.registry.register(ready.registration());
			assertThat(locator().locate().server()).isEqualTo(new Server(ready.address().endpoint(),
					ready.registration(), "registered in " + this.registry.location()));
		}
	}

	@Test
	void takesAnotherInstanceWhereTheFirstDoesNotAnswer() {
		try (ScriptedServer other = new ScriptedServer()) {
			this.registry.register(this.server.registration());
			this.registry.register(other.registration());
			this.server.close();
			Server found = locator().locate().server();
			assertThat(found).isNotNull();
			assertThat(found.registration()).isEqualTo(other.registration());
		}
	}

	@Test
	void takesOneThatCannotProveItselfForAServerIfItSpeaksLikeOne() {
		PortRegistration legacy = PortRegistration.builder("aidis-mcp", this.server.port()).build();
		this.registry.register(legacy);
		assertThat(locator().locate().server()).isNotNull();
		this.server.on("GET", (request, reply) -> reply.status(200, "text/html", "<html>"));
		assertThat(locator().locate().server()).isNull();
		this.server.on("GET", (request, reply) -> reply.status(404, "text/plain", ""));
		assertThat(locator().locate().server()).isNull();
		assertThat(this.server.received()).allMatch((request) -> request.verb().equals("GET"));
	}

	@Test
	void triesTheDefaultPortLast() {
		ServerLocator locator = locator(this.server.port(), this.registry);
		Server found = locator.locate().server();
		assertThat(found).isNotNull();
		assertThat(found.registration()).isNull();
		assertThat(found.foundIn()).contains("default port");
		assertThat(locator.isThere(found)).isTrue();
		this.server.close();
		assertThat(locator.isThere(found)).isFalse();
		assertThat(locator.locate().problem()).contains("nothing listens on its default port " + this.server.port());
	}

	@Test
	void doesNotTryTheDefaultPortWhileAServerThatWasRegisteredIsAway() {
		try (ScriptedServer registered = new ScriptedServer()) {
			ServerLocator locator = locator(this.server.port(), this.registry);
			this.registry.register(registered.registration());
			assertThat(locator.locate().server()).isNotNull();
			this.registry.deregister(registered.registration().instanceId());
			assertThat(locator.locate().server()).isNull();
		}
	}

	@Test
	void givesAServerTimeToRegister() {
		ServerLocator locator = new ServerLocator("aidis-mcp", "/mcp", this.server.port(), () -> this.registry,
				new HttpTransport(null), Duration.ofHours(1));
		assertThat(locator.locate().server()).isNull();
	}

	@Test
	void saysNothingToAnotherProgramOnTheDefaultPort() throws IOException {
		this.server.on("GET", (request, reply) -> reply.status(404, "text/plain", ""));
		assertThat(locator(this.server.port(), this.registry).locate().problem()).contains("is no MCP server");
		try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
			Located located = locator(mute.getLocalPort(), this.registry).locate();
			assertThat(located.server()).isNull();
			assertThat(located.problem()).contains("default port " + mute.getLocalPort() + " does not answer");
		}
	}

	@Test
	void tellsWhatIsTheMatterWithARegisteredInstance() throws IOException {
		try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
			this.registry.register(this.server.registration().with((builder) -> builder.port(mute.getLocalPort())));
			assertThat(locator().locate().problem()).contains("it does not answer", "may be stopped")
				.doesNotContain("not that instance");
		}
		assertThat(locator().locate().problem()).contains("nothing listens there");
	}

	@Test
	void registryThatCannotBeReadIsAProblem() {
		PortRegistry broken = mock(PortRegistry.class, (invocation) -> {
			throw new PortRegistryException("The disk is on fire", null);
		});
		assertThat(locator(0, broken).locate().problem()).isEqualTo("The disk is on fire");
		assertThat(locator(0, broken).surroundings()).isEmpty();
		assertThat(locator(this.server.port(), broken).locate().server()).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:%d,true", "http://127.0.0.1:%d/mcp,true", "http://no.such.host.invalid,false" })
	void knowsWhetherAnAddressIsOpen(String url, boolean open) {
		assertThat(ServerLocator.isOpen(URI.create(url.formatted(this.server.port())))).isEqualTo(open);
	}

	@Test
	void addressThatWasToldIsNotBelievedAfterASilence() throws IOException {
		try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
			Locator fixed = new ServerLocator.Fixed(URI.create("http://localhost:" + mute.getLocalPort() + "/mcp"), "",
					new HttpTransport(null), Duration.ofMillis(100));
			Server found = fixed.locate().server();
			assertThat(found).isNotNull();
			assertThat(fixed.isThere(found)).isTrue();
			assertThat(fixed.isAwake(found)).isFalse();
			assertThat(fixed.locate().problem()).contains("does not answer");
		}
	}

	@Test
	void believesWhoeverTellsTheAddress() {
		Locator fixed = new ServerLocator.Fixed(this.server.address().endpoint(), "as --url says",
				new HttpTransport(null));
		Server found = fixed.locate().server();
		assertThat(found).isNotNull();
		assertThat(fixed.isThere(found)).isTrue();
		assertThat(fixed.surroundings()).isEmpty();
		assertThat(found.foundIn()).isEqualTo("as --url says");
	}

}
