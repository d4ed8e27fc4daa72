package dev.aidis.port.test;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two JVMs that run tests of the same service at the same time.
 */
class TestForkTests {

	@TempDir
	Path folder;

	@Test
	void forksDontSeeEachOtherWhereNothingIsConfigured() throws Exception {
		assertForksSeeThemselvesOnly(TestFork.PlainTest.class, Map.of());
	}

	@Test
	void forksOfAidisPortTestsDontSeeEachOtherWhateverIsConfigured() throws Exception {
		Path configured = this.folder.resolve("configured").resolve("port-registry.json");
		assertForksSeeThemselvesOnly(TestFork.AnnotatedTest.class,
				Map.of("AIDIS_PORT_REGISTRY", configured.toString()));
		assertThat(configured).doesNotExist();
	}

	private void assertForksSeeThemselvesOnly(Class<?> test, Map<String, String> configured) throws Exception {
		Map<String, String> environment = new HashMap<>(configured);
		environment.put("TEST_FORK_MEETING", this.folder.resolve("meeting").toString());
		environment.put("AIDIS_PORT_DOTENV_ENABLED", "false");
		try (JavaProcess first = start(test, environment); JavaProcess second = start(test, environment)) {
			Path registryOfFirst = registry(first);
			Path registryOfSecond = registry(second);
			assertThat(registryOfFirst).isNotEqualTo(registryOfSecond);
			for (JavaProcess fork : new JavaProcess[] { first, second }) {
				fork.awaitLine("all tests of the fork succeeded");
				fork.awaitEnd();
			}
			assertThat(registryOfFirst.getParent()).doesNotExist();
			assertThat(registryOfSecond.getParent()).doesNotExist();
		}
	}

	private static JavaProcess start(Class<?> test, Map<String, String> environment) throws Exception {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return JavaProcess.start(classPath, environment, TestFork.class.getName(), test.getName());
	}

	private static Path registry(JavaProcess fork) throws Exception {
		return Path.of(fork.awaitLine("fork uses ").replaceFirst(".*fork uses ", ""));
	}

}
