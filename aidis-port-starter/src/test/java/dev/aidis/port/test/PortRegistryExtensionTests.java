package dev.aidis.port.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

class PortRegistryExtensionTests {

	private static final List<Path> FILES = new CopyOnWriteArrayList<>();

	@Test
	void parametersOfATestAreOneRegistryAndAnotherTestHasAnother() {
		FILES.clear();
		TestRun.of(Parameters.class).assertSucceeded(2);
		assertThat(FILES).hasSize(2).doesNotHaveDuplicates().allSatisfy((file) -> assertThat(file).doesNotExist());
		assertThat(FILES).extracting(Path::getParent).allSatisfy((folder) -> assertThat(folder).doesNotExist());
	}

	@Test
	void parameterOfBeforeAllIsSharedByTheClass() {
		TestRun.of(Shared.class).assertSucceeded(2);
	}

	@Test
	void testFailsThatLeavesAnEntryBehindAndItIsNamed() throws Exception {
		FILES.clear();
		assertThat(TestRun.of(Leaking.class).failures()).singleElement().satisfies((failure) -> {
			assertThat(failure).isInstanceOf(AssertionError.class)
				.hasMessage("The test left in " + FILES.get(0) + ": 'leak' (pid " + ProcessHandle.current().pid()
						+ ", which is this JVM, http://localhost:41873, instance leaked-id). Close the application that "
						+ "registered it, deregister it, or register it through a TestPortRegistry, which removes it "
						+ "after the test");
		});
		assertThat(FILES.get(0)).as("kept for whoever looks for the reason").content().contains("leaked-id");
		FileSystemUtils.deleteRecursively(FILES.get(0).getParent());
	}

	@Test
	void failureOfTheTestItselfIsNotHiddenByALeak() throws Exception {
		FILES.clear();
		assertThat(TestRun.of(FailingAndLeaking.class).failures()).singleElement().satisfies((failure) -> {
			assertThat(failure).hasMessage("planted failure");
			assertThat(failure.getSuppressed()).singleElement().asString().contains("The test left in");
		});
		FileSystemUtils.deleteRecursively(FILES.get(0).getParent());
	}

	@Test
	void applicationThatIsClosedLeavesNothingWhenEverJUnitClosesIt() {
		TestRun.of(ClosingApplication.class).assertSucceeded(1);
	}

	@Test
	void entriesOfOtherProcessesAndOfTestPortRegistriesAreNoLeaks() {
		TestRun.of(NotLeaking.class).assertSucceeded(1);
	}

	@Test
	void annotatedParametersAreForOthers() {
		TestRun.of(Annotated.class).assertSucceeded(1);
	}

	@Test
	void testsThatRunAtOnceHaveTheirOwn() {
		TestRun.parallel(Shared.class, Parameters.class, NotLeaking.class).assertSucceeded(5);
	}

	@ExtendWith(PortRegistryExtension.class)
	static class Parameters {

		private final PortRegistry ofConstructor;

		private PortRegistration registered;

		Parameters(PortRegistry registry) {
			this.ofConstructor = registry;
		}

		@BeforeEach
		void register(TestPortRegistry services) {
			this.registered = services.register("payments", 41873);
		}

		@Test
		void one(FilePortRegistry registry, PortDiscovery discovery, TestPortRegistry services) {
			FILES.add(Path.of(registry.location()));
			assertThat(registry).isSameAs(this.ofConstructor);
			assertThat(discovery.findAll("payments")).containsExactly(this.registered);
			assertThat(services.registrations("payments")).containsExactly(this.registered);
			assertThat(services.location()).isEqualTo(registry.location());
		}

		@Test
		void other(PortRegistry registry) {
			FILES.add(Path.of(registry.location()));
			assertThat(registry.registrations()).containsExactly(this.registered);
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class Shared {

		private static PortRegistration payments;

		@BeforeAll
		static void register(TestPortRegistry services) {
			payments = services.register("payments", 41873);
		}

		@Test
		void one(PortDiscovery discovery) {
			assertThat(discovery.findAll("payments")).containsExactly(payments);
		}

		@Test
		void other(PortDiscovery discovery) {
			assertThat(discovery.findAll("payments")).containsExactly(payments);
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class Leaking {

		@Test
		void leaves(PortRegistry registry, TestPortRegistry services) {
			FILES.add(Path.of(registry.location()));
			services.register("removed", 41872);
			registry.register(PortRegistration.builder("leak", 41873).instanceId("leaked-id").build());
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class FailingAndLeaking {

		@Test
		void fails(PortRegistry registry) {
			FILES.add(Path.of(registry.location()));
			registry.register(PortRegistration.builder("leak", 41873).build());
			throw new IllegalStateException("planted failure");
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class ClosingApplication {

		@AutoClose
		private ConfigurableApplicationContext context;

		@Test
		void run(PortRegistry registry) {
			this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
				.run("--spring.application.name=orders", "--aidis.orders.port=0", "--spring.jmx.enabled=false",
						"--aidis.port.registry.file=" + registry.location());
			assertThat(registry.registrations("orders")).hasSize(1);
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class NotLeaking {

		@Test
		void leaves(PortRegistry registry, TestPortRegistry services) throws Exception {
			services.register("payments", 41873);
			long parent = ProcessHandle.current().parent().orElseThrow().pid();
			Files.writeString(Path.of(registry.location()),
					"{ \"foreign\": { \"port\": 5000, \"pid\": " + parent + " } }");
			assertThat(registry.registrations("foreign")).hasSize(1);
		}

	}

	@ExtendWith(PortRegistryExtension.class)
	static class Annotated {

		@Test
		void test(@TempDir Path folder, PortRegistry registry) {
			assertThat(folder).isDirectory();
			assertThat(Path.of(registry.location())).doesNotExist();
		}

	}

	@EnableAutoConfiguration
	static class Application {

	}

}
