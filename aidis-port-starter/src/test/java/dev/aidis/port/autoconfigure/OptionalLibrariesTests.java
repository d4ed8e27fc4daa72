package dev.aidis.port.autoconfigure;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real applications on class paths that lack what is optional: a filtering class loader
 * hides classes, but not what their absence does to those that are loaded.
 */
class OptionalLibrariesTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource(Missing.class)
	void applicationRunsWithoutALibraryAndRemovesItsRegistration(Missing missing) throws Exception {
		Path file = this.folder.resolve("port-registry.json");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofMinutes(1));
		try (JavaProcess process = JavaProcess.start(classPathWithout(missing.jars), Map.of(),
				OptionalLibrariesApplication.class.getName(), "--spring.application.name=orders",
				"--aidis.port.registry.file=" + file)) {
			process.awaitLine("application is ready");
			if (missing.registers) {
				assertThat(registry.registrations("orders")).singleElement()
					.extracting(PortRegistration::pid)
					.isEqualTo(process.pid());
			}
			else {
				assertThat(file).doesNotExist();
			}
			process.terminate();
			process.awaitEnd();
			assertThat(registry.registrations()).isEmpty();
			assertThat(registry.staleRegistrations()).isEmpty();
		}
	}

	@Test
	void engineWithoutItsLibrarySaysWhichDependencyToAdd() throws Exception {
		try (JavaProcess process = JavaProcess.start(classPathWithout(Pattern.compile("jetcd")), Map.of(),
				OptionalLibrariesApplication.class.getName(), "--aidis.port.registry.engine=etcd")) {
			assertThat(process.awaitEnd()).contains("APPLICATION FAILED TO START",
					"aidis.port.registry.engine=etcd needs jetcd, which is not on the class path",
					"Add the dependency io.etcd:jetcd-core");
			assertThat(process.exitValue()).isOne();
		}
	}

	private static String classPathWithout(Pattern jars) {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		String reduced = Stream.of(classPath.split(File.pathSeparator))
			.filter((entry) -> !jars.matcher(Path.of(entry).getFileName().toString()).find())
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(reduced).isNotEqualTo(classPath);
		return reduced;
	}

	enum Missing {

		ACTUATOR("actuator|spring-boot-health|micrometer-(core|jakarta|metrics)", true),

		DOCKER_COMPOSE("docker-compose", true),

		WEBFLUX("webflux", true),

		TOMCAT("tomcat", true),

		OTHER_SERVERS("jetty|netty", true),

		ETCD("jetcd|grpc|vertx|guava|failsafe|protobuf", true),

		HTTP_CLIENTS("restclient|webclient|http-client", true),

		TEST_SUPPORT("spring-boot-test|spring-test|junit|opentest4j|assertj|awaitility|mockito", true),

		WEB_SERVER("web-server|webmvc|webflux|tomcat|jetty|netty|servlet|reactor|spring-web|restclient|webclient",
				false);

		private final Pattern jars;

		private final boolean registers;

		Missing(String jars, boolean registers) {
			this.jars = Pattern.compile(jars);
			this.registers = registers;
		}

	}

}
