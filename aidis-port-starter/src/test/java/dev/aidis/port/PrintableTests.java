package dev.aidis.port;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Printable}.
 */
class PrintableTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "8080", "a b/c\\d", "B\u00FCro", "\u6E2F", "\uD83D\uDEA2" })
	void printableTextStaysAsItIs(String text) {
		assertThat(Printable.of(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\t", "\u0000", "\u001B", "\u007F", "\u009B", "\u2028", "\u2029", "\u202E",
			"\u200B", "\uFEFF", "\uE000", "\uD800" })
	void characterThatCouldForgeALogLineIsEscaped(String character) {
		assertThat(Printable.of("a" + character + "b"))
			.isEqualTo("a\\u" + String.format("%04x", (int) character.charAt(0)) + "b");
	}

	@Test
	void sequenceThatCommandsATerminalIsHarmless() {
		assertThat(Printable.of("\u001B[2Jorders\u009B31m\u0007")).isEqualTo("\\u001b[2Jorders\\u009b31m\\u0007");
	}

	@Test
	void tagCharactersThatNobodySeesAreEscaped() {
		assertThat(Printable.of("orders" + Character.toString(0xE0041))).isEqualTo("orders\\ue0041");
	}

	@Test
	void longTextIsCut() {
		assertThat(Printable.of("x".repeat(100))).isEqualTo("x".repeat(100));
		assertThat(Printable.of("x".repeat(101))).isEqualTo("x".repeat(100) + "…");
	}

	@Test
	void lengthMayBeChosen() {
		assertThat(Printable.of("x\u001By", 3)).isEqualTo("x\\u001by");
		assertThat(Printable.of("x\u001By", 2)).isEqualTo("x\\u001b…");
	}

	@Test
	void longTextIsNotCutInsideOfACharacter() {
		assertThat(Printable.of("\uD83D\uDEA2".repeat(101))).isEqualTo("\uD83D\uDEA2".repeat(100) + "…");
	}

	@Test
	void textThatIsNotCutHasNoSignOfIt() {
		assertThat(Printable.of("\uD83D\uDEA2".repeat(60))).isEqualTo("\uD83D\uDEA2".repeat(60));
	}

}
