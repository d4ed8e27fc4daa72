package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.test.PortRegistryExtension;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ServiceExchangeFilterFunction} in real clients that call real servers.
 */
@ExtendWith(PortRegistryExtension.class)
class ServiceExchangeFilterFunctionTests {

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private TestPortRegistry registry;

	private final List<String> lookups = new CopyOnWriteArrayList<>();

	/**
	 * Is called with the number of the look-up, before it looks.
	 */
	private Consumer<Integer> beforeLookup = (number) -> {
	};

	private ServiceExchangeFilterFunction filter;

	@BeforeEach
	void createFilter(PortRegistry registry, TestPortRegistry services) {
		this.registry = services;
		this.filter = new ServiceExchangeFilterFunction(
				new RegistryPortDiscovery(registry, (name) -> OptionalInt.empty(), (name) -> {
					this.lookups.add(name);
					this.beforeLookup.accept(this.lookups.size());
				}));
	}

	@ParameterizedTest
	@EnumSource
	void methodPathQueryHeadersAndBodyArriveUnchanged(Connector connector) throws IOException {
		List<String> headers = new CopyOnWriteArrayList<>();
		try (TestServer server = TestServer.with((exchange) -> {
			headers.add(exchange.getRequestHeaders().getFirst("X-Test"));
			headers.add(exchange.getRequestHeaders().getFirst("Host"));
			TestServer.answer(exchange, 200, "fine");
		})) {
			this.registry.register(server.as("orders"));
			String answer = client(connector).post()
				.uri(URI.create("aidis://orders/a%2Fb%20c/%C3%BC//;v=1?q=a%26b&p=%25+y&e="))
				.header("X-Test", "a, b")
				.bodyValue("{\"n\":1}")
				.retrieve()
				.bodyToMono(String.class)
				.block(TIMEOUT);
			assertThat(answer).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("POST /a%2Fb%20c/%C3%BC//;v=1?q=a%26b&p=%25+y&e= {\"n\":1}");
			assertThat(headers).containsExactly("a, b", "127.0.0.1:" + server.port());
		}
	}

	@ParameterizedTest
	@EnumSource
	void nameWithUnderscoreOrUpperCaseIsFound(Connector connector) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("my_shop"));
			assertThat(get(connector, "aidis://my_shop/x")).isEqualTo("fine");
			assertThat(get(connector, "AIDIS://My_Shop/y")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /x", "GET /y");
		}
	}

	@Test
	void urlTemplateIsExpanded() throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("my_shop"));
			String answer = client(Connector.JDK).get()
				.uri("aidis://{service}/items/{id}?q={q}", Map.of("service", "my_shop", "id", "a/b c", "q", "x&y"))
				.retrieve()
				.bodyToMono(String.class)
				.block(TIMEOUT);
			assertThat(answer).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /items/a%2Fb%20c?q=x%26y");
		}
	}

	@ParameterizedTest
	@EnumSource
	void portIsLookedUpForEachRequest(Connector connector) throws IOException {
		try (TestServer first = TestServer.answering("first"); TestServer second = TestServer.answering("second")) {
			PortRegistration registration = first.as("orders");
			this.registry.register(registration);
			assertThat(get(connector, "aidis://orders/x")).isEqualTo("first");
			this.registry.register(registration.with((builder) -> builder.port(second.port())));
			assertThat(get(connector, "aidis://orders/x")).isEqualTo("second");
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@Test
	void portIsLookedUpForEachSubscription() throws IOException {
		try (TestServer first = TestServer.answering("first"); TestServer second = TestServer.answering("second")) {
			PortRegistration registration = first.as("orders");
			this.registry.register(registration);
			Mono<String> answer = client(Connector.JDK).get()
				.uri("aidis://orders/x")
				.retrieve()
				.bodyToMono(String.class);
			assertThat(this.lookups).isEmpty();
			assertThat(answer.block(TIMEOUT)).isEqualTo("first");
			this.registry.register(registration.with((builder) -> builder.port(second.port())));
			assertThat(answer.block(TIMEOUT)).isEqualTo("second");
		}
	}

	@Test
	void registryIsNotReadOnAThreadThatMustNotBlock() throws IOException {
		List<Boolean> mayBlock = new CopyOnWriteArrayList<>();
		this.beforeLookup = (number) -> mayBlock.add(!Schedulers.isInNonBlockingThread());
		try (ReservedPort stale = new ReservedPort()) {
			this.registry.register(TestServer.registration("orders", stale.number()));
			Mono<String> answer = client(Connector.REACTOR).get()
				.uri("aidis://orders/x")
				.retrieve()
				.bodyToMono(String.class)
				.subscribeOn(Schedulers.parallel());
			assertThatExceptionOfType(WebClientRequestException.class).isThrownBy(() -> answer.block(TIMEOUT));
			assertThat(mayBlock).containsExactly(true, true);
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedGetIsSentOnceMoreToThePortOfNow(Connector connector) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			assertThat(get(connector, "aidis://orders/a%2Fb?q=%25")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /a%2Fb?q=%25");
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedPutIsSentOnceMoreWithItsBody(Connector connector) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			assertThat(send(connector, HttpMethod.PUT, "content")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("PUT /x content");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedPostIsNotSentAgain(Connector connector) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> send(connector, HttpMethod.POST, "content"))
				.withCauseInstanceOf(ConnectException.class);
			assertThat(server.requests()).isEmpty();
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void getThatIsRefusedTwiceFailsAsAnyOther(Connector connector) throws IOException {
		try (ReservedPort stale = new ReservedPort()) {
			this.registry.register(TestServer.registration("orders", stale.number()));
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> get(connector, "aidis://orders/x"))
				.withCauseInstanceOf(ConnectException.class);
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedGetOfAServiceThatIsGoneSaysSo(Connector connector) throws IOException {
		try (ReservedPort stale = new ReservedPort()) {
			PortRegistration registration = TestServer.registration("orders", stale.number());
			this.registry.register(registration);
			this.beforeLookup = (number) -> {
				if (number == 2) {
					this.registry.deregister(registration);
				}
			};
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> get(connector, "aidis://orders/x"))
				.withMessageContaining("'orders'");
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestThatWasAnsweredIsNotSentAgain(Connector connector) throws IOException {
		try (TestServer server = TestServer.with((exchange) -> TestServer.answer(exchange, 503, "later"))) {
			this.registry.register(server.as("orders"));
			assertThatExceptionOfType(WebClientResponseException.ServiceUnavailable.class)
				.isThrownBy(() -> get(connector, "aidis://orders/x"));
			assertThat(server.requests()).hasSize(1);
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestThatWasAcceptedAndNotAnsweredIsNotSentAgain(Connector connector) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			new Thread(() -> hangUp(server)).start();
			this.registry.register(TestServer.registration("orders", server.getLocalPort()));
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> get(connector, "aidis://orders/x"));
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void unknownServiceIsNotFound(Connector connector) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("orders"));
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> get(connector, "aidis://order/x"))
				.withMessageEndingWith("registered: orders");
			assertThat(server.requests()).isEmpty();
			assertThat(this.lookups).containsExactly("order");
		}
	}

	@ParameterizedTest
	@EnumSource
	void otherUrlIsLeftAlone(Connector connector) throws IOException {
		try (TestServer server = TestServer.answering("fine"); ReservedPort closed = new ReservedPort()) {
			assertThat(get(connector, server.url() + "/a%2Fb?q=%25")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /a%2Fb?q=%25");
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> get(connector, "http://127.0.0.1:" + closed.number() + "/"));
			assertThat(this.lookups).isEmpty();
		}
	}

	@Test
	void urlWithoutANameIsAnErrorThatShowsHowToWriteIt() {
		for (String url : List.of("aidis:///x", "aidis:/x")) {
			assertThatIllegalArgumentException().isThrownBy(() -> get(Connector.JDK, url))
				.withMessageContaining("write aidis://<service>/<path>");
		}
		assertThat(this.lookups).isEmpty();
	}

	private void movesAtTheSecondLookup(ReservedPort from, TestServer to) {
		PortRegistration registration = TestServer.registration("orders", from.number());
		this.registry.register(registration);
		this.beforeLookup = (number) -> {
			if (number == 2) {
				this.registry.register(registration.with((builder) -> builder.port(to.port())));
			}
		};
	}

	private String get(Connector connector, String url) {
		return client(connector).get().uri(URI.create(url)).retrieve().bodyToMono(String.class).block(TIMEOUT);
	}

	private String send(Connector connector, HttpMethod method, String body) {
		return client(connector).method(method)
			.uri(URI.create("aidis://orders/x"))
			.bodyValue(body)
			.retrieve()
			.bodyToMono(String.class)
			.block(TIMEOUT);
	}

	private WebClient client(Connector connector) {
		return WebClient.builder().clientConnector(connector.connector).filter(this.filter).build();
	}

	private static void hangUp(ServerSocket server) {
		try {
			while (true) {
				server.accept().close();
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

	/**
	 * The HTTP libraries that people use.
	 */
	enum Connector {

		REACTOR(new ReactorClientHttpConnector()),

		JDK(new JdkClientHttpConnector());

		private final ClientHttpConnector connector;

		Connector(ClientHttpConnector connector) {
			this.connector = connector;
		}

	}

}
