package dev.aidis.port.test;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextPausedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.client.RestClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a user's tests: each nested class is one that a user might write, run by
 * JUnit's launcher, since most of it is about what happens between tests.
 */
class AidisPortTestTests {

	private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

	@Test
	void applicationUnderTestCallsTheServerOfAStaticField() {
		TestRun.of(StaticField.class).assertSucceeded(1);
	}

	@Test
	void wireMockExtensionIsAServiceAsItStands() {
		TestRun.of(WireMockField.class).assertSucceeded(1);
	}

	@Test
	void serviceIsThereWhenTheApplicationStarts() {
		TestRun.of(CallsAtStart.class).assertSucceeded(1);
	}

	@Test
	void registryIsOfThisContextAloneAndGoneWithIt() {
		SEEN.clear();
		TestRun.of(StaticMethod.class, NoService.class).assertSucceeded(2);
		assertThat(SEEN).hasSize(2);
	}

	@Test
	void registryIsDeletedWhenTheContextCloses() {
		SEEN.clear();
		TestRun.of(Dirty.class).assertSucceeded(3);
		assertThat(SEEN).hasSize(3).allSatisfy((location) -> assertThat(Path.of(location).getParent()).doesNotExist());
	}

	@Test
	void whatATestRegistersIsRemovedAfterItAndWhatAClassRegistersAfterTheClass() {
		SEEN.clear();
		TestRun.of(Registering.class, RegisteringNothing.class).assertSucceeded(4);
		assertThat(SEEN).as("both use the same context").hasSize(1);
	}

	@Test
	void serviceThatIsTakenAwayIsBackInTheNextTest() {
		TestRun.of(TakingAway.class).assertSucceeded(2);
	}

	@Test
	void classesThatInheritAServiceShareAContextInWhichItsPortIsAlwaysRight() {
		SEEN.clear();
		TestRun.of(FirstOfBase.class, StaticMethod.class, SecondOfBase.class).assertSucceeded(3);
		assertThat(SEEN).as("one is paused and used again").contains("paused").hasSize(3);
	}

	@Test
	void serverThatStartsAfterTheContextIsThereInTheTest() {
		TestRun.of(LateServer.class).assertSucceeded(1);
	}

	@Test
	void nestedClassHasTheServicesAroundIt() {
		TestRun.of(Outer.class).assertSucceeded(2);
	}

	@Test
	void classesAndMethodsThatRunAtOnceDontDisturbEachOther() {
		TestRun.parallel(FirstAtOnce.class, SecondAtOnce.class).assertSucceeded(2);
		TestRun.parallel(MethodsAtOnce.class).assertSucceeded(2);
	}

	@Test
	void memberThatTellsNoPortIsNamed() {
		assertFailure(NotOpen.class,
				"The server of @RegisterService(\"payments\") AidisPortTestTests.NotOpen.server " + "is not open");
		assertFailure(NoPort.class, "No port can be told from the java.lang.String in @RegisterService(\"payments\") "
				+ "AidisPortTestTests.NoPort.server. It must be a number, a URI, an InetSocketAddress or have a method "
				+ "getPort() or port(). Annotate a static method that returns one of these");
		assertFailure(NotStatic.class, "@RegisterService must be on a static field or a static method without "
				+ "parameters, but is on AidisPortTestTests.NotStatic.port");
	}

	@Test
	void contextWithoutARegistryIsNoProblemUntilItIsUsed() {
		assertFailure(Disabled.class, "The application context has no PortRegistry: aidis.port.enabled is false, or a "
				+ "test slice leaves AidisPortAutoConfiguration out, which @ImportAutoConfiguration brings back");
	}

	private static void assertFailure(Class<?> test, String message) {
		assertThat(TestRun.of(test).failures()).singleElement()
			.satisfies((failure) -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure)).hasMessage(message));
	}

	@SpringBootTest(classes = Orders.class, webEnvironment = WebEnvironment.RANDOM_PORT,
			properties = { "spring.application.name=orders", "spring.main.web-application-type=servlet" })
	@AidisPortTest
	abstract static class OrdersTest {

		@LocalServerPort
		int port;

		@Autowired
		TestPortRegistry registry;

		@Autowired
		PortDiscovery discovery;

		String order(int id) {
			return RestClient.create("http://localhost:" + this.port)
				.get()
				.uri("/orders/{id}", id)
				.retrieve()
				.body(String.class);
		}

	}

	static class StaticField extends OrdersTest {

		@RegisterService("payments")
		private static final HttpServer server = PaymentsServer.answering("paid");

		@AfterAll
		static void stop() {
			server.stop(0);
		}

		@Test
		void asksPayments() {
			assertThat(order(7)).isEqualTo("order 7 is paid");
			assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port).containsExactly(this.port);
			assertThat(this.discovery.findAll("payments")).singleElement().satisfies((payments) -> {
				assertThat(payments.port()).isEqualTo(PaymentsServer.port(server));
				assertThat(payments.status()).isEqualTo(Status.UP);
			});
		}

	}

	static class WireMockField extends OrdersTest {

		@RegisterExtension
		@RegisterService(value = "payments", healthEndpoint = "/healthz")
		static final WireMockExtension payments = WireMockExtension.newInstance().build();

		@Test
		void asksPayments() {
			payments.stubFor(WireMock.get("/payments/7").willReturn(WireMock.ok("stubbed")));
			assertThat(order(7)).isEqualTo("order 7 is stubbed");
			assertThat(this.discovery.find("payments")).get()
				.extracting(PortRegistration::healthUri)
				.hasToString(payments.baseUrl() + "/healthz");
		}

	}

	@Import(CallsAtStart.AtStart.class)
	static class CallsAtStart extends OrdersTest {

		@RegisterService("payments")
		static final HttpServer server = PaymentsServer.answering("early");

		@AfterAll
		static void stop() {
			server.stop(0);
		}

		@Test
		void hasAskedPayments(@Autowired AtStart atStart) {
			assertThat(atStart.answer).isEqualTo("early");
		}

		static class AtStart {

			private String answer;

			@Bean
			ApplicationRunner callPayments(RestClient.Builder builder) {
				return (arguments) -> this.answer = builder.build()
					.get()
					.uri("aidis://payments/x")
					.retrieve()
					.body(String.class);
			}

		}

	}

	static class StaticMethod extends OrdersTest {

		@RegisterService("payments")
		static int payments() {
			return 41873;
		}

		@Test
		void seesItsOwn() {
			SEEN.add(this.registry.location());
			assertThat(this.discovery.resolve("payments")).hasToString("http://localhost:41873");
			assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port).containsExactly(this.port);
		}

	}

	static class NoService extends OrdersTest {

		@Test
		void seesNothing(@Autowired PortRegistry registry) {
			SEEN.add(this.registry.location());
			assertThat(registry.registrations()).extracting(PortRegistration::port).containsExactly(this.port);
			assertThat(registry.location()).isEqualTo(this.registry.location());
		}

	}

	static class Dirty extends OrdersTest {

		private static String last = "";

		@RegisterService("payments")
		static int payments() {
			return 41873;
		}

		@BeforeEach
		void registerDynamically() {
			SEEN.add(this.registry.location());
			assertThat(this.registry.location()).isNotEqualTo(last);
			last = this.registry.location();
			this.registry.register("stock", 41874);
			assertThat(this.discovery.findAll("stock")).hasSize(1);
		}

		@Test
		@DirtiesContext
		void one() {
			assertThat(this.discovery.findAll("payments")).hasSize(1);
		}

		@Test
		@DirtiesContext
		void two() {
			assertThat(this.discovery.findAll("payments")).hasSize(1);
		}

		@Test
		@DirtiesContext
		void three() {
			assertThat(this.discovery.findAll("payments")).hasSize(1);
			assertThat(Path.of(this.registry.location())).exists();
		}

	}

	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class Registering extends OrdersTest {

		@BeforeAll
		static void registerForAll(@Autowired TestPortRegistry registry) {
			registry.register("for-all", 41001);
		}

		@BeforeEach
		void registerForEach() {
			assertThat(this.discovery.findAll("for-each")).isEmpty();
			this.registry.register("for-each", 41002);
		}

		@AfterEach
		void isStillThere() {
			assertThat(this.discovery.findAll("for-each")).hasSize(1);
			SEEN.add(this.registry.location());
		}

		@Test
		@Order(1)
		void payments() throws Exception {
			HttpServer server = PaymentsServer.answering("dynamic");
			PortRegistration payments = this.registry.register("payments", PaymentsServer.port(server));
			assertThat(order(1)).isEqualTo("order 1 is dynamic");
			this.registry.deregister(payments);
			assertThat(this.discovery.find("payments")).isEmpty();
			this.registry.register(payments.with((builder) -> builder.status(Status.STARTING)));
			assertThat(this.discovery.find("payments")).get()
				.extracting(PortRegistration::status)
				.isEqualTo(Status.STARTING);
			server.stop(0);
		}

		@Test
		@Order(2)
		void noPaymentsAnyMore() {
			assertThat(this.discovery.findAll("for-all")).hasSize(1);
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> this.discovery.resolve("payments"))
				.withMessageContaining("registered: orders, for-all, for-each");
		}

		@Test
		@Order(3)
		void laterThread() throws InterruptedException {
			Thread other = new Thread(() -> this.registry.register("by-other-thread", 41003));
			other.start();
			other.join();
			assertThat(this.discovery.findAll("by-other-thread")).hasSize(1);
			this.registry.deregisterAll("by-other-thread");
			assertThat(this.discovery.findAll("by-other-thread")).isEmpty();
		}

	}

	static class RegisteringNothing extends OrdersTest {

		@Test
		void seesOnlyItself(@Autowired PortRegistry registry) {
			SEEN.add(this.registry.location());
			assertThat(registry.registrations()).extracting(PortRegistration::serviceName).containsExactly("orders");
		}

	}

	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class TakingAway extends OrdersTest {

		@RegisterService("payments")
		static int payments() {
			return 41873;
		}

		@Test
		@Order(1)
		void takesAway() {
			this.registry.deregisterAll("payments");
			assertThat(this.discovery.find("payments")).isEmpty();
		}

		@Test
		@Order(2)
		void isBack() {
			assertThat(this.discovery.findAll("payments")).hasSize(1);
		}

	}

	@Import(Base.Pauses.class)
	abstract static class Base extends OrdersTest {

		@RegisterService("payments")
		static HttpServer server;

		@BeforeAll
		static void start() {
			server = PaymentsServer.answering("inherited");
		}

		@AfterAll
		static void stop() {
			server.stop(0);
		}

		@BeforeEach
		void isRegisteredAlready() {
			assertThat(this.discovery.findAll("payments")).extracting(PortRegistration::port)
				.containsExactly(PaymentsServer.port(server));
		}

		@Test
		void asksPayments() {
			SEEN.add(this.registry.location());
			assertThat(order(7)).isEqualTo("order 7 is inherited");
		}

		static class Pauses {

			@EventListener
			void onPause(ContextPausedEvent event) {
				SEEN.add("paused");
			}

		}

	}

	static class FirstOfBase extends Base {

	}

	static class SecondOfBase extends Base {

	}

	@TestInstance(Lifecycle.PER_CLASS)
	static class LateServer extends OrdersTest {

		@RegisterService("payments")
		static HttpServer server;

		@BeforeEach
		void start() {
			assertThat(this.discovery.findAll("payments")).isEmpty();
			server = PaymentsServer.answering("late");
		}

		@AfterEach
		void stop() {
			server.stop(0);
		}

		@Test
		void asksPayments() {
			assertThat(order(7)).isEqualTo("order 7 is late");
		}

	}

	static class Outer extends OrdersTest {

		@RegisterService("payments")
		static int payments() {
			return 41873;
		}

		@Test
		void hasPayments() {
			assertThat(this.discovery.findAll("payments")).hasSize(1);
		}

		@Nested
		class Inner {

			@RegisterService("stock")
			static final int stock = 41874;

			@Test
			void hasBoth() {
				assertThat(Outer.this.discovery.findAll("payments")).hasSize(1);
				assertThat(Outer.this.discovery.findAll("stock")).hasSize(1);
			}

		}

	}

	static class FirstAtOnce extends OrdersTest {

		static final CyclicBarrier barrier = new CyclicBarrier(2);

		@RegisterService("payments")
		static final int payments = 41001;

		@Test
		void seesItsOwn() throws Exception {
			barrier.await(1, TimeUnit.MINUTES);
			assertThat(this.discovery.findAll("payments")).extracting(PortRegistration::port).containsExactly(41001);
			assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port).containsExactly(this.port);
			barrier.await(1, TimeUnit.MINUTES);
		}

	}

	static class SecondAtOnce extends OrdersTest {

		@RegisterService("payments")
		static final int payments = 41002;

		@Test
		void seesItsOwn() throws Exception {
			FirstAtOnce.barrier.await(1, TimeUnit.MINUTES);
			assertThat(this.discovery.findAll("payments")).extracting(PortRegistration::port).containsExactly(41002);
			assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port).containsExactly(this.port);
			FirstAtOnce.barrier.await(1, TimeUnit.MINUTES);
		}

	}

	static class MethodsAtOnce extends OrdersTest {

		private static final CyclicBarrier barrier = new CyclicBarrier(2);

		@Test
		void endsFirst() throws Exception {
			this.registry.register("first", 41001);
			barrier.await(1, TimeUnit.MINUTES);
		}

		@Test
		void keepsItsOwnWhenTheOtherEnds() throws Exception {
			this.registry.register("second", 41002);
			barrier.await(1, TimeUnit.MINUTES);
			await().until(() -> this.discovery.findAll("first").isEmpty());
			assertThat(this.discovery.findAll("second")).hasSize(1);
		}

	}

	static class NotOpen extends OrdersTest {

		@RegisterService("payments")
		static HttpServer server;

		@Test
		void test() {
		}

	}

	static class NoPort extends OrdersTest {

		@RegisterService("payments")
		static final String server = "41873";

		@Test
		void test() {
		}

	}

	static class NotStatic extends OrdersTest {

		@RegisterService("payments")
		final int port = 41873;

		@Test
		void test() {
		}

	}

	@SpringBootTest(classes = Disabled.Application.class, properties = "aidis.port.enabled=false")
	static class Disabled {

		@RegisterService("payments")
		static final int payments = 41873;

		@Test
		void test(@Autowired ApplicationContext context) {
		}

		@EnableAutoConfiguration
		static class Application {

		}

	}

}
