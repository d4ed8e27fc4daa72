package dev.aidis.port.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.compose.ComposePs;
import dev.aidis.port.compose.Container;
import dev.aidis.port.compose.ContainerImporter;
import dev.aidis.port.compose.ContainerSource;
import dev.aidis.port.compose.FakeDocker;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * There is no engine here: a program named {@code docker} prints what one made the real
 * one print.
 */
class ContainerImportAutoConfigurationTests {

	private static final ContainerSource SOURCE = () -> List.of(new Container("own-1", "own", Status.UP,
			Map.of("dev.aidis.service", "own"), List.of(new Container.Port("localhost", 80, 41000))));

	@TempDir
	Path folder;

	private ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(AidisPortAutoConfiguration.class, ContainerImportAutoConfiguration.class));

	@BeforeEach
	void useOwnRegistry() {
		this.runner = this.runner.withPropertyValues("aidis.port.registry.file=" + file());
	}

	private Path file() {
		return this.folder.resolve("port-registry.json");
	}

	@Test
	void nothingIsAskedByDefault() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(ContainerSource.class)
			.doesNotHaveBean(ContainerImporter.class));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void containersThatDockerComposeListsAreRegisteredWhenAskedTo() throws IOException {
		Path docker = FakeDocker.install(this.folder);
		this.runner
			.withPropertyValues("aidis.port.docker-compose.ps.enabled=true",
					"aidis.port.docker-compose.ps.command=" + docker + ",compose,ps,--format,json")
			.run((context) -> {
				PortDiscovery discovery = context.getBean(PortDiscovery.class);
				assertThat(discovery.await("orders-db", Duration.ofSeconds(30)).uri())
					.hasToString("tcp://localhost:32775");
				assertThat(discovery.await("stock", Duration.ofSeconds(30)).healthUri())
					.hasToString("http://localhost:32780/healthz");
			});
		assertThat(registry().registrations()).isEmpty();
	}

	@Test
	void sourceOfTheApplicationIsEnough() {
		this.runner.withBean(ContainerSource.class, () -> SOURCE)
			.run((context) -> assertThat(
					context.getBean(PortDiscovery.class).await("own", Duration.ofSeconds(30)).port())
				.isEqualTo(41000));
	}

	@Test
	void sourceThatIsAskedAgainGoesBeforeWhatWasFoundOnce() {
		this.runner.withBean(ContainerSource.class, () -> SOURCE)
			.withPropertyValues("aidis.port.docker-compose.ps.enabled=true",
					"aidis.port.docker-compose.ps.command=missing")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(ContainerImporter.class);
				assertThat(context.getBeanProvider(ContainerSource.class).orderedStream().findFirst())
					.containsInstanceOf(ComposePs.class);
			});
	}

	@Test
	void allSourcesAreAsked() {
		ContainerSource found = () -> List.of(new Container("other-1", "other", Status.UP,
				Map.of("dev.aidis.service", "other"), List.of(new Container.Port("localhost", 80, 41001))));
		this.runner.withBean("own", ContainerSource.class, () -> SOURCE)
			.withBean("runningServicesContainerSource", ContainerSource.class, () -> found)
			.run((context) -> {
				PortDiscovery discovery = context.getBean(PortDiscovery.class);
				assertThat(discovery.await("own", Duration.ofSeconds(30)).port()).isEqualTo(41000);
				assertThat(discovery.await("other", Duration.ofSeconds(30)).port()).isEqualTo(41001);
			});
	}

	@Test
	void importerOfTheApplicationReplacesOurs() {
		ContainerImporter importer = new ContainerImporter(registry(), List::of, Duration.ofMinutes(1));
		this.runner.withBean(ContainerSource.class, () -> SOURCE)
			.withBean("own", ContainerImporter.class, () -> importer)
			.run((context) -> assertThat(context).hasNotFailed().getBean(ContainerImporter.class).isSameAs(importer));
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis.port.docker-compose.enabled=false", "aidis.port.enabled=false" })
	void canBeSwitchedOff(String property) {
		this.runner.withBean(ContainerSource.class, () -> SOURCE)
			.withPropertyValues(property, "aidis.port.docker-compose.ps.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ContainerImporter.class)
				.doesNotHaveBean(ComposePs.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis.port.docker-compose.interval", "aidis.port.docker-compose.ps.timeout" })
	void timeMustBePositive(String property) {
		this.runner.withPropertyValues("aidis.port.docker-compose.ps.enabled=true", property + "=0s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining(property)
				.hasStackTraceContaining("at least a millisecond"));
	}

	@Test
	void springBootsSupportIsNotNeeded() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.docker.compose"))
			.withBean(ContainerSource.class, () -> SOURCE)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ContainerImporter.class));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void containersThatSpringBootsDockerComposeSupportFindsAreRegistered() throws Exception {
		runApplication(Map.of(), "--spring.docker.compose.enabled=true", "--spring.docker.compose.readiness.wait=never",
				"--spring.docker.compose.file=" + this.folder.resolve("compose.yml"));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void dockerIsFoundOnThePath() throws Exception {
		runApplication(Map.of("AIDIS_PORT_DOCKERCOMPOSE_PS_ENABLED", "true"));
	}

	private void runApplication(Map<String, String> variables, String... arguments) throws Exception {
		FakeDocker.install(this.folder);
		FilePortRegistry registry = registry();
		Map<String, String> environment = new HashMap<>(variables);
		// Spring Boot takes the host from them, where a developer has set them.
		environment.putAll(Map.of("DOCKER_HOST", "", "SERVICES_HOST", ""));
		environment.put("PATH", this.folder + File.pathSeparator + System.getenv("PATH"));
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.application.name=orders", "--aidis.port.registry.file=" + file()));
		try (JavaProcess process = JavaProcess.start(
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), environment,
				OptionalLibrariesApplication.class.getName(), all.toArray(String[]::new))) {
			process.awaitLine("application is ready");
			Awaitility.await().untilAsserted(() -> {
				assertThat(registry.registrations("orders-db")).singleElement().satisfies((database) -> {
					assertThat(database.uri()).hasToString("tcp://localhost:32775");
					assertThat(database.metadata()).containsEntry("container", "shop-database-1");
					assertThat(database.pid()).isEqualTo(process.pid());
				});
				assertThat(registry.registrations("stock")).singleElement()
					.extracting(PortRegistration::healthUri)
					.hasToString("http://localhost:32780/healthz");
			});
			process.terminate();
			assertThat(process.awaitEnd()).contains("Removed container 'shop-database-1'");
			assertThat(registry.registrations()).isEmpty();
			assertThat(registry.staleRegistrations()).isEmpty();
		}
	}

	private FilePortRegistry registry() {
		return new FilePortRegistry(file(), Duration.ofSeconds(30));
	}

}
