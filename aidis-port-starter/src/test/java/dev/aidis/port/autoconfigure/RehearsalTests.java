package dev.aidis.port.autoconfigure;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of when a registration is rehearsed, with applications in JVMs of their own.
 */
class RehearsalTests {

	@TempDir
	private Path folder;

	private boolean isRehearsed(String option, String... arguments) throws Exception {
		Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS",
				"--add-opens=java.base/java.lang=ALL-UNNAMED -XX:ActiveProcessorCount=2 " + option,
				"AIDIS_PORT_REGISTRY", this.folder.resolve("port-registry.json").toString());
		try (JavaProcess process = JavaProcess.start(JavaProcess.classPath(), environment,
				RehearsingApplication.class.getName(), arguments)) {
			return process.awaitLine("rehearsed ").endsWith("true");
		}
	}

	@Test
	void registrationIsRehearsed() throws Exception {
		assertThat(isRehearsed("", "--server.port=0")).isTrue();
	}

	@Test
	void nothingIsRehearsedWhereSpringBootDoesNothingInTheBackground() throws Exception {
		assertThat(isRehearsed("-Dspring.backgroundpreinitializer.ignore=true", "--server.port=0")).isFalse();
	}

	@Test
	void nothingIsRehearsedWhereNothingIsRegistered() throws Exception {
		assertThat(isRehearsed("", "--server.port=0", "--aidis.port.registration.enabled=false")).isFalse();
	}

	/**
	 * Tells whether there was a rehearsal, which loads a class that nothing else needs.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class RehearsingApplication {

		public static void main(String[] arguments) throws Exception {
			SpringApplication.run(RehearsingApplication.class, arguments);
			for (Thread thread : Thread.getAllStackTraces().keySet()) {
				if (thread.getName().equals("aidis-port-rehearsal")) {
					thread.join();
				}
			}
			Method find = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
			find.setAccessible(true);
			System.out.println("rehearsed " + (find.invoke(RehearsingApplication.class.getClassLoader(),
					"dev.aidis.port.registry.file.RegistryRehearsal") != null));
			System.exit(0);
		}

	}

}
