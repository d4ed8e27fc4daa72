package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

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
 * Tests for {@link ServiceRequestInterceptor} in real clients that call real servers.
 */
@ExtendWith(PortRegistryExtension.class)
class ServiceRequestInterceptorTests {

	private TestPortRegistry registry;

	private final List<String> lookups = new CopyOnWriteArrayList<>();

	/**
	 * Is called with the number of the look-up, before it looks.
	 */
	private Consumer<Integer> beforeLookup = (number) -> {
	};

	private ServiceRequestInterceptor interceptor;

	@BeforeEach
	void createInterceptor(PortRegistry registry, TestPortRegistry services) {
		this.registry = services;
		this.interceptor = new ServiceRequestInterceptor(
				new RegistryPortDiscovery(registry, (name) -> OptionalInt.empty(), (name) -> {
					this.lookups.add(name);
					this.beforeLookup.accept(this.lookups.size());
				}));
	}

	@ParameterizedTest
	@EnumSource
	void methodPathQueryHeadersAndBodyArriveUnchanged(Client client) throws IOException {
		List<String> headers = new CopyOnWriteArrayList<>();
		try (TestServer server = TestServer.with((exchange) -> {
			headers.add(exchange.getRequestHeaders().getFirst("X-Test"));
			headers.add(exchange.getRequestHeaders().getFirst("Host"));
			TestServer.answer(exchange, 200, "fine");
		})) {
			this.registry.register(server.as("orders"));
			RequestEntity<String> request = RequestEntity
				.post(URI.create("aidis://orders/a%2Fb%20c/%C3%BC//;v=1?q=a%26b&p=%25+y&e="))
				.header("X-Test", "a, b")
				.body("{\"n\":1}");
			assertThat(client.exchange(this.interceptor, request)).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("POST /a%2Fb%20c/%C3%BC//;v=1?q=a%26b&p=%25+y&e= {\"n\":1}");
			assertThat(headers).containsExactly("a, b", "127.0.0.1:" + server.port());
		}
	}

	@ParameterizedTest
	@EnumSource
	void nameWithUnderscoreOrUpperCaseIsFound(Client client) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("my_shop"));
			assertThat(client.get(this.interceptor, "aidis://my_shop/x")).isEqualTo("fine");
			assertThat(client.get(this.interceptor, "AIDIS://My_Shop/y")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /x", "GET /y");
		}
	}

	@ParameterizedTest
	@EnumSource
	void portIsLookedUpForEachRequest(Client client) throws IOException {
		try (TestServer first = TestServer.answering("first"); TestServer second = TestServer.answering("second")) {
			PortRegistration registration = first.as("orders");
			this.registry.register(registration);
			assertThat(client.get(this.interceptor, "aidis://orders/x")).isEqualTo("first");
			this.registry.register(registration.with((builder) -> builder.port(second.port())));
			assertThat(client.get(this.interceptor, "aidis://orders/x")).isEqualTo("second");
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedGetIsSentOnceMoreToThePortOfNow(Client client) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			assertThat(client.get(this.interceptor, "aidis://orders/a%2Fb?q=%25")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /a%2Fb?q=%25");
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedPutIsSentOnceMoreWithItsBody(Client client) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			RequestEntity<String> request = RequestEntity.put(URI.create("aidis://orders/x")).body("content");
			assertThat(client.exchange(this.interceptor, request)).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("PUT /x content");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void requestThatIsSentOnceMorePassesTheOtherInterceptorsAgain(boolean restTemplate) throws IOException {
		List<String> headers = new CopyOnWriteArrayList<>();
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.with((exchange) -> {
			headers.addAll(exchange.getRequestHeaders().get("X-Before"));
			headers.addAll(exchange.getRequestHeaders().get("X-After"));
			TestServer.answer(exchange, 200, "fine");
		})) {
			movesAtTheSecondLookup(stale, server);
			List<ClientHttpRequestInterceptor> interceptors = List.of(adding("X-Before"), this.interceptor,
					adding("X-After"));
			if (restTemplate) {
				RestTemplate template = new RestTemplate();
				template.setInterceptors(interceptors);
				assertThat(template.getForObject("aidis://orders/x", String.class)).isEqualTo("fine");
			}
			else {
				RestClient client = RestClient.builder()
					.requestInterceptors((present) -> present.addAll(interceptors))
					.build();
				assertThat(client.get().uri("aidis://orders/x").retrieve().body(String.class)).isEqualTo("fine");
			}
			assertThat(headers).containsExactly("X-Before", "X-After");
		}
	}

	private static ClientHttpRequestInterceptor adding(String header) {
		return (request, body, execution) -> {
			request.getHeaders().set(header, header);
			return execution.execute(request, body);
		};
	}

	@ParameterizedTest
	@EnumSource
	void refusedPostIsNotSentAgain(Client client) throws IOException {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			movesAtTheSecondLookup(stale, server);
			RequestEntity<String> request = RequestEntity.post(URI.create("aidis://orders/x")).body("content");
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client.exchange(this.interceptor, request))
				.withRootCauseInstanceOf(IOException.class)
				.satisfies((ex) -> assertThat(ServiceUri.isWorthRetrying(HttpMethod.GET, ex)).isTrue());
			assertThat(server.requests()).isEmpty();
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void getThatIsRefusedTwiceFails(Client client) throws IOException {
		try (ReservedPort stale = new ReservedPort()) {
			this.registry.register(TestServer.registration("orders", stale.number()));
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client.get(this.interceptor, "aidis://orders/x"))
				.withCauseInstanceOf(ConnectException.class);
			assertThat(this.lookups).containsExactly("orders", "orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusedGetOfAServiceThatIsGoneSaysSo(Client client) throws IOException {
		try (ReservedPort stale = new ReservedPort()) {
			PortRegistration registration = TestServer.registration("orders", stale.number());
			this.registry.register(registration);
			this.beforeLookup = (number) -> {
				if (number == 2) {
					this.registry.deregister(registration);
				}
			};
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> client.get(this.interceptor, "aidis://orders/x"))
				.withMessageContaining("'orders'");
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestThatWasAnsweredIsNotSentAgain(Client client) throws IOException {
		try (TestServer server = TestServer.with((exchange) -> TestServer.answer(exchange, 503, "later"))) {
			this.registry.register(server.as("orders"));
			assertThatExceptionOfType(HttpServerErrorException.class)
				.isThrownBy(() -> client.get(this.interceptor, "aidis://orders/x"))
				.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(503)));
			assertThat(server.requests()).hasSize(1);
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestThatWasAcceptedAndNotAnsweredIsNotSentAgain(Client client) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			new Thread(() -> hangUp(server)).start();
			this.registry.register(TestServer.registration("orders", server.getLocalPort()));
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client.get(this.interceptor, "aidis://orders/x"));
			assertThat(this.lookups).containsExactly("orders");
		}
	}

	@ParameterizedTest
	@EnumSource
	void unknownServiceIsNotFound(Client client) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("orders"));
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> client.get(this.interceptor, "aidis://order/x"))
				.withMessageEndingWith("registered: orders");
			assertThat(server.requests()).isEmpty();
			assertThat(this.lookups).containsExactly("order");
		}
	}

	@ParameterizedTest
	@EnumSource
	void otherUrlIsLeftAlone(Client client) throws IOException {
		try (TestServer server = TestServer.answering("fine"); ReservedPort closed = new ReservedPort()) {
			assertThat(client.get(this.interceptor, server.url() + "/a%2Fb?q=%25")).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /a%2Fb?q=%25");
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client.get(this.interceptor, "http://127.0.0.1:" + closed.number() + "/"));
			assertThat(this.lookups).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void urlWithoutANameIsAnErrorThatShowsHowToWriteIt(Client client) {
		for (String url : List.of("aidis:///x", "aidis:/x")) {
			assertThatIllegalArgumentException().isThrownBy(() -> client.get(this.interceptor, url))
				.withMessageContaining("write aidis://<service>/<path>");
		}
		assertThat(this.lookups).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "REST_CLIENT_JDK", "REST_TEMPLATE_JDK" })
	void urlTemplateIsExpanded(Client client) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			this.registry.register(server.as("my_shop"));
			String answer = client.restTemplate
					? client.restTemplate(this.interceptor)
						.getForObject("aidis://{service}/items/{id}?q={q}", String.class,
								Map.of("service", "my_shop", "id", "a/b c", "q", "x&y"))
					: client.restClient(this.interceptor)
						.get()
						.uri("aidis://{service}/items/{id}?q={q}",
								Map.of("service", "my_shop", "id", "a/b c", "q", "x&y"))
						.retrieve()
						.body(String.class);
			assertThat(answer).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /items/a%2Fb%20c?q=x%26y");
		}
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
	 * The clients, each with the HTTP libraries that people use with it.
	 */
	enum Client {

		REST_CLIENT_SIMPLE(false, new SimpleClientHttpRequestFactory()),

		REST_CLIENT_JDK(false, new JdkClientHttpRequestFactory()),

		REST_CLIENT_REACTOR(false, new ReactorClientHttpRequestFactory()),

		REST_TEMPLATE_SIMPLE(true, new SimpleClientHttpRequestFactory()),

		REST_TEMPLATE_JDK(true, new JdkClientHttpRequestFactory()),

		REST_TEMPLATE_REACTOR(true, new ReactorClientHttpRequestFactory());

		final boolean restTemplate;

		private final ClientHttpRequestFactory requestFactory;

		Client(boolean restTemplate, ClientHttpRequestFactory requestFactory) {
			this.restTemplate = restTemplate;
			this.requestFactory = requestFactory;
		}

		RestClient restClient(ServiceRequestInterceptor interceptor) {
			return RestClient.builder().requestFactory(this.requestFactory).requestInterceptor(interceptor).build();
		}

		RestTemplate restTemplate(ServiceRequestInterceptor interceptor) {
			RestTemplate template = new RestTemplate(this.requestFactory);
			template.getInterceptors().add(interceptor);
			return template;
		}

		String get(ServiceRequestInterceptor interceptor, String url) {
			return exchange(interceptor, RequestEntity.get(URI.create(url)).build());
		}

		String exchange(ServiceRequestInterceptor interceptor, RequestEntity<?> request) {
			if (this.restTemplate) {
				return restTemplate(interceptor).exchange(request, String.class).getBody();
			}
			RestClient.RequestBodySpec spec = restClient(interceptor).method(request.getMethod())
				.uri(request.getUrl())
				.headers((headers) -> headers.putAll(request.getHeaders()));
			if (request.getBody() != null) {
				spec.body(request.getBody());
			}
			ResponseEntity<String> response = spec.retrieve().toEntity(String.class);
			return response.getBody();
		}

	}

}
