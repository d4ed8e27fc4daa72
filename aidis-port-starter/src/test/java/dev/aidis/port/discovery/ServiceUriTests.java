package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.test.PortRegistryExtension;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ServiceUri}.
 */
@ExtendWith(PortRegistryExtension.class)
class ServiceUriTests {

	private TestPortRegistry registry;

	private PortDiscovery discovery;

	@BeforeEach
	void createDiscovery(PortRegistry registry, TestPortRegistry services) {
		this.registry = services;
		this.discovery = new RegistryPortDiscovery(registry,
				(name) -> name.equals("known") ? OptionalInt.of(8080) : OptionalInt.empty(), (name) -> {
				});
		register("orders", 41001);
		register("my_shop", 41002);
		register("my-shop.orders_2", 41003);
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis://orders", "AIDIS://orders/x", "aidis:///x", "aidis:x" })
	void schemeMakesAServiceUri(String uri) {
		assertThat(ServiceUri.isServiceUri(URI.create(uri))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://orders/", "lb://orders/", "//orders/x", "/x", "aidisx://orders/", "x" })
	void anyOtherSchemeMakesNone(String uri) {
		assertThat(ServiceUri.isServiceUri(URI.create(uri))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "aidis://orders,http://localhost:41001", "aidis://orders/,http://localhost:41001/",
			"aidis://orders?q=1,http://localhost:41001?q=1", "aidis://orders/a/b?q=1,http://localhost:41001/a/b?q=1",
			"aidis://orders/a%2Fb%20c/%C3%BC,http://localhost:41001/a%2Fb%20c/%C3%BC",
			"aidis://orders/x?q=a%26b&p=%25+y&r=?,http://localhost:41001/x?q=a%26b&p=%25+y&r=?",
			"aidis://orders//a/../b/./c;v=1/,http://localhost:41001//a/../b/./c;v=1/",
			"aidis://orders/x?,http://localhost:41001/x?", "aidis://orders/x#part,http://localhost:41001/x",
			"AIDIS://Orders/X,http://localhost:41001/X", "aidis://my_shop/x,http://localhost:41002/x",
			"aidis://my-shop.orders_2/x,http://localhost:41003/x", "aidis://known/x,http://localhost:8080/x" })
	void nameIsReplacedAndTheRestStaysAsItIs(String uri, String resolved) {
		assertThat(ServiceUri.resolve(URI.create(uri), this.discovery)).hasToString(resolved);
	}

	@Test
	void schemeAndHostAreThoseOfTheInstance() {
		this.registry
			.register(PortRegistration.builder("secure", 41004).scheme("https").host("::1").status(Status.UP).build());
		assertThat(ServiceUri.resolve(URI.create("aidis://secure/x"), this.discovery))
			.hasToString("https://[::1]:41004/x");
	}

	@Test
	void serviceThatSpeaksNoHttpIsAnErrorThatTellsWhereItIs() {
		this.registry.register(PortRegistration.builder("orders-db", 41005).scheme("tcp").build());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ServiceUri.resolve(URI.create("aidis://orders-db/x"), this.discovery))
			.withMessage("'aidis://orders-db/x' leads to tcp://localhost:41005, which speaks no HTTP; "
					+ "look its host and port up with PortDiscovery");
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis:///x", "aidis:/x", "aidis:x", "aidis:orders/x", "aidis:///" })
	void uriWithoutANameIsAnErrorThatShowsHowToWriteIt(String uri) {
		assertThatIllegalArgumentException().isThrownBy(() -> ServiceUri.resolve(URI.create(uri), this.discovery))
			.withMessage("'" + uri + "' names no service; write aidis://<service>/<path>");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "aidis://orders:80/", "aidis://user@orders/", "aidis://user:pw@orders/", "aidis://[::1]/" })
	void uriThatNamesMoreThanAServiceIsAnError(String uri) {
		assertThatIllegalArgumentException().isThrownBy(() -> ServiceUri.resolve(URI.create(uri), this.discovery))
			.withMessage("'" + uri + "' must name a service and nothing else before its path; the port is looked up");
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis://order/", "aidis://orders%2Fx/" })
	void nameThatNobodyHasIsNotFound(String uri) {
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> ServiceUri.resolve(URI.create(uri), this.discovery))
			.withMessageContaining("registered: orders, my_shop, my-shop.orders_2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" })
	void refusedIdempotentRequestIsWorthRetrying(String method) {
		assertThat(ServiceUri.isWorthRetrying(HttpMethod.valueOf(method), new ConnectException("refused"))).isTrue();
		assertThat(ServiceUri.isWorthRetrying(HttpMethod.valueOf(method),
				new IllegalStateException(new IOException(new ConnectException("refused")))))
			.isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PATCH", "CONNECT", "PURGE", "get" })
	void anyOtherRequestIsNotWorthRetrying(String method) {
		assertThat(ServiceUri.isWorthRetrying(HttpMethod.valueOf(method), new ConnectException("refused"))).isFalse();
	}

	static Stream<Throwable> otherFailures() {
		return Stream.of(new IOException("broken pipe"), new SocketTimeoutException("read"),
				new HttpTimeoutException("request"), new NoRouteToHostException("none"),
				new IllegalStateException("refused"), new ServiceNotFoundException("orders", List.of(), "x"));
	}

	@ParameterizedTest
	@MethodSource("otherFailures")
	void requestThatMayHaveReachedSomebodyIsNotWorthRetrying(Throwable failure) {
		assertThat(ServiceUri.isWorthRetrying(HttpMethod.GET, failure)).isFalse();
	}

	private void register(String name, int port) {
		this.registry.register(PortRegistration.builder(name, port).status(Status.UP).build());
	}

}
