package dev.aidis.port.sample.mcp.transport;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.sample.mcp.transport.StrictJson.NotJsonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StrictJson}.
 */
class StrictJsonTests {

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "5", "\"a\"", "null", " {\"a\": [1.5, \"\u00e4\"]} \n" })
	void readsJson(String text) throws NotJsonException {
		assertThat(read(text)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", " ", "{", "{} {}", "{\"a\":1,\"a\":2}", "{a:1}", "'a'", "NaN", "01", "// a", "\ufeff{}" })
	void readsNothingElse(String text) {
		assertThatExceptionOfType(NotJsonException.class).isThrownBy(() -> read(text))
			.satisfies((ex) -> assertThat(ex.getMessage()).isNotBlank().doesNotContain("tools.jackson"));
	}

	@Test
	void saysWhereItStoppedReading() {
		assertThatExceptionOfType(NotJsonException.class).isThrownBy(() -> read("{\n  \"a\": x}"))
			.withMessageContaining("line 2");
	}

	@Test
	void readsNothingThatIsDeeperThanAnythingMeantToBeRead() throws NotJsonException {
		assertThat(read("[".repeat(60) + "]".repeat(60))).isNotNull();
		assertThatExceptionOfType(NotJsonException.class).isThrownBy(() -> read("[".repeat(70) + "]".repeat(70)));
	}

	private static Object read(String text) throws NotJsonException {
		return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
	}

}
