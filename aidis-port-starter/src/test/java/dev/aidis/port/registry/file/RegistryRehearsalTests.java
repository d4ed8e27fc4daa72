package dev.aidis.port.registry.file;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RegistryRehearsal}, each in a JVM of its own: a rehearsal takes place
 * once.
 */
class RegistryRehearsalTests {

	@TempDir
	private Path folder;

	private List<String> rehearse(Path temporary) throws Exception {
		Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS",
				"--add-opens=java.base/java.lang=ALL-UNNAMED -Djava.io.tmpdir=" + temporary);
		try (JavaProcess process = JavaProcess.start(JavaProcess.classPath(), environment,
				Rehearsing.class.getName())) {
			String line = process.awaitLine("loaded ");
			return List.of(line.substring(line.indexOf("loaded ") + 7).split(" "));
		}
	}

	@Test
	void hasLoadedWhatARegistrationNeedsAndLeavesNothing() throws Exception {
		assertThat(rehearse(this.folder)).containsExactly("true", "true", "true");
		try (Stream<Path> left = Files.list(this.folder)) {
			assertThat(left.filter((path) -> path.getFileName().toString().startsWith("aidis-port-"))).isEmpty();
		}
	}

	@Test
	void doesNoHarmWhereItCannotBeDone() throws Exception {
		Path file = Files.createFile(this.folder.resolve("file"));
		assertThat(rehearse(file)).containsExactly("false", "false", "false");
	}

	/**
	 * Tells whether the classes are there, without loading them.
	 */
	static final class Rehearsing {

		public static void main(String[] arguments) throws Exception {
			FilePortRegistry.rehearse();
			FilePortRegistry.rehearse();
			System.out.println(
					"loaded " + isLoaded("RegistryUpdate") + " " + isLoaded("LockQueue") + " " + isLoaded("LiveSlots"));
		}

		private static boolean isLoaded(String name) throws Exception {
			Method find = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
			find.setAccessible(true);
			return find.invoke(Rehearsing.class.getClassLoader(), "dev.aidis.port.registry.file." + name) != null;
		}

	}

}
