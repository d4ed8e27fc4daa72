package dev.aidis.port.sample.mcp.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;

import dev.aidis.port.sample.mcp.McpApplication;
import dev.aidis.port.sample.mcp.NodeProject;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the official conformance suite. The scenarios that cannot pass are in a file, with
 * the reason for each; one of them that passes fails the test as well as any other that
 * does not.
 */
class ConformanceTests {

	private static final String SUITE = "@modelcontextprotocol/conformance/dist/index.js";

	private static final int SCENARIOS = 32;

	@BeforeAll
	static void install() {
		NodeProject.install();
	}

	private static void run(int port, String expectedFailures, Path folder) throws IOException {
		Path expected = Files.copy(new ClassPathResource("conformance/" + expectedFailures).getFile().toPath(),
				folder.resolve(expectedFailures));
		NodeProject.Result result = NodeProject.runWithNewNode(folder, SUITE, List.of("server", "--url",
				"http://localhost:" + port + "/mcp", "--suite", "all", "--expected-failures", expected.toString()));
		assertThat(result.exitCode()).as(result.output()).isZero();
		assertThat(result.output().lines().filter((line) -> line.matches("[✓✗] .*: \\d+ passed, \\d+ failed")))
			.as(result.output())
			.hasSize(SCENARIOS);
	}

	/**
	 * The sample as it is, which has neither prompts nor the tools that the suite asks
	 * for.
	 */
	@Nested
	@AidisPortTest
	@SpringBootTest(classes = McpApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT)
	class Sample {

		@Test
		void conforms(@LocalServerPort int port, @TempDir Path folder) throws IOException {
			run(port, "sample.yml", folder);
		}

	}

	/**
	 * The sample and what the suite asks for, over the same transport.
	 */
	@Nested
	@AidisPortTest
	@SpringBootTest(classes = McpApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
			properties = { "spring.ai.mcp.server.capabilities.prompt=true",
					"spring.ai.mcp.server.capabilities.completion=true" })
	@Import(Fixtures.class)
	class WithFixtures {

		@Test
		void conforms(@LocalServerPort int port, @TempDir Path folder) throws IOException {
			run(port, "fixtures.yml", folder);
		}

	}

}
