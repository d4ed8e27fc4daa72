package dev.aidis.port.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One of several JVMs that run tests of the same service at the same time, as build tools
 * start them. Arguments: the names of the test classes below. It looks at the registry
 * when as many others have registered as there are forks, and ends when all have looked.
 */
final class TestFork {

	private static final Path MEETING = Path.of(System.getenv().getOrDefault("TEST_FORK_MEETING", ""));

	private static final long FORKS = 2;

	private TestFork() {
	}

	public static void main(String[] arguments) throws ClassNotFoundException {
		Class<?>[] tests = new Class<?>[arguments.length];
		for (int i = 0; i < arguments.length; i++) {
			tests[i] = Class.forName(arguments[i]);
		}
		TestRun run = TestRun.of(tests);
		run.failures().forEach(Throwable::printStackTrace);
		System.out.println(run.failures().isEmpty() ? "all tests of the fork succeeded" : "a test of the fork failed");
		// As build tools do it: the servers of cached contexts still run.
		System.exit(0);
	}

	private static void meet(String where) throws Exception {
		Path folder = Files.createDirectories(MEETING.resolve(where));
		Files.createFile(folder.resolve(String.valueOf(ProcessHandle.current().pid())));
		await().atMost(Duration.ofMinutes(2)).until(() -> {
			try (Stream<Path> present = Files.list(folder)) {
				return present.count() >= FORKS;
			}
		});
	}

	@SpringBootTest(classes = Orders.class, webEnvironment = WebEnvironment.RANDOM_PORT,
			properties = { "spring.application.name=orders", "spring.main.web-application-type=servlet" })
	abstract static class OrdersTest {

		@LocalServerPort
		int port;

		@Autowired
		PortRegistry registry;

		@Test
		void seesNoOtherFork() throws Exception {
			meet("registered");
			assertThat(this.registry.registrations()).extracting(PortRegistration::port).containsExactly(this.port);
			System.out.println("fork uses " + this.registry.location());
			meet("looked");
		}

	}

	/**
	 * Nothing is configured.
	 */
	static class PlainTest extends OrdersTest {

	}

	/**
	 * Whatever is configured.
	 */
	@AidisPortTest
	static class AnnotatedTest extends OrdersTest {

	}

}
