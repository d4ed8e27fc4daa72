package dev.aidis.port.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds docs/testing.md to code that is compiled and run.
 */
class TestingDocumentationTests {

	private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

	private static final Path EXAMPLES = Path.of("src/test/java/dev/aidis/port/test/shop");

	@Test
	void everyExampleIsATestOfThisProject() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "testing.md"));
		List<String> examples = JAVA.matcher(page)
			.results()
			.map((MatchResult result) -> blanks(result.group(1)))
			.toList();
		assertThat(examples).hasSizeGreaterThan(3);
		try (Stream<Path> files = Files.list(EXAMPLES)) {
			List<String> sources = files.map(TestingDocumentationTests::read).toList();
			assertThat(examples)
				.allSatisfy((example) -> assertThat(sources).anyMatch((source) -> source.contains(example)));
		}
	}

	private static String read(Path file) {
		try {
			return blanks(Files.readString(file));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String blanks(String code) {
		return code.replaceAll("\\s+", " ").strip();
	}

}
