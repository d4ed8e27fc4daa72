package dev.aidis.port.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartupBenchmark}.
 */
class StartupBenchmarkTests {

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	@Test
	void startsTheApplicationWithoutAndWithTheStarter() throws Exception {
		assertThat(run("--pairs", "1", "--rest", "0")).isZero();
		assertThat(this.output.toString(StandardCharsets.UTF_8).lines())
			.anyMatch((line) -> line.matches("\\| ready after, ms \\| [0-9]+ \\| [0-9]+ \\| [-+].*"))
			.anyMatch((line) -> line.startsWith("| threads at rest |"))
			.anyMatch((line) -> line.contains("| with Spring Boot's port file |"));
	}

	@Test
	void theApplicationHasWhatItsStartersBringAndNothingOfTheTests() throws Exception {
		List<Path> libraries = new ApplicationClassPath(JavaProcess.classPath()).of(BenchmarkApplications.LIBRARIES);
		assertThat(libraries).extracting((library) -> library.getFileName().toString().replaceFirst("-[0-9].*", ""))
			.contains("spring-boot-webmvc", "spring-boot-tomcat", "tomcat-embed-core", "micrometer-core",
					"spring-boot-health", "jackson-databind", "logback-classic", "snakeyaml")
			.doesNotContain("spring-boot-jetty", "spring-webflux", "spring-boot-restclient", "reactor-core",
					"assertj-core", "spring-test", "wiremock-standalone");
	}

	@Test
	void refusesWhatItDoesNotKnow() throws Exception {
		assertThat(run("--pears", "1")).isEqualTo(2);
		assertThat(run("--pairs", "0")).isEqualTo(2);
		assertThat(run("--pairs")).isEqualTo(2);
		assertThat(run("--against", "nothing.jar")).isEqualTo(2);
		assertThat(this.output.toString(StandardCharsets.UTF_8)).contains("no option '--pears'", "--pairs must be",
				"missing after --pairs", "--against must be a file but is 'nothing.jar'");
	}

	private int run(String... arguments) throws Exception {
		try (PrintStream console = new PrintStream(this.output, true, StandardCharsets.UTF_8)) {
			return StartupBenchmark.run(console, arguments);
		}
	}

}
