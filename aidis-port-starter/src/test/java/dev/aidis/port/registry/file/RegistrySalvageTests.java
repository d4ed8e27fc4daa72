package dev.aidis.port.registry.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.registry.file.RegistryCorpus.Case;

import static org.assertj.core.api.Assertions.assertThat;

class RegistrySalvageTests {

	private static final String A = "\"a\": {\"port\": 1, \"pid\": 11}";

	private static final String B = "\"b\": {\"port\": 2, \"serviceName\": \"b\"}";

	private static final String C = "\"c\": {\"port\": 3, \"pid\": 13}";

	private static final String HIDDEN = "\"metadata\": {\"port\": 9, \"pid\": 99, \"serviceName\": \"metadata\"}";

	@ParameterizedTest
	@ValueSource(strings = { "{A, \"x\": tru, B, C}", "{A, \"x\": {\"port\": 1, \"pid\": }, B, C}",
			"{A, \"x: {\"port\": 1, \"pid\": 5}, B, C}", "{A, \"x\": \"port\": 1, \"pid\": 5}, B, C}",
			"{A, \"x\": {\"port\": 1, \"pid\": 5], B, C}", "{A, \"x\": {\"port\": 1, \"pid\": 5~, B, C}",
			"{A, \"x\": {\"port\": 1, \"host\": \"::1}, B, C}", "A, B, C}", "[A, B, C}", "{A B C", "{A,, B,, C}",
			"{A, 'x': 1, B, /* note */ C}", "\uFEFF{A, B, C}", "{A, B, C}}}}", "}}}{A, B, C}", "{A, B, C} trailing",
			"{A, B, C}{\"a\": 1}", "{A}{B}{C}", "{A, B} 5, \"pid\": 5}, C}", "{A, B, C, ", "{A, B, C, \"x\": {\"po",
			"{A, \"x\": NaN, B, \"\\x\": 1, C, \"x\": {\"port\": 4, \"note\": \"\t\", \"pid\": 5}}",
			"{A, B, \"x\": {\"port\": 1, \"port\": \"\"}, C, C}" })
	void entriesBeforeAndBehindABreakAreSaved(String broken) {
		assertThat(registrations(broken)).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(registrations(expand(broken).replace(",", ",\n").replace(" ", ""))).containsExactlyInAnyOrder("a",
				"b", "c");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{A, \"x\": {\"port\": 1, \"pid\": tru, HIDDEN}, C}",
			"{A, \"x\": {\"port\": 1, HIDDEN, \"pid\": tru}, C}", "{A, C, \"x\": {\"port\": 1, \"pid\": 5, HIDDEN",
			"{A, C, \"x\": {\"port\": 1, \"pid\": 5, HIDDEN, \"y\": tr",
			"{A, C, \"x\": {\"port\": 1, \"pid\": 5, HIDDEN, \0\0\0\0", "{A, C, \"x\": {\"metadata\": {HIDDEN}",
			"{A, C, \"x\": [{HIDDEN}], ]",
			"{A, C, \"x\": {\"note\": \"{\\\"y\\\": {\\\"port\\\": 1, \\\"pid\\\": 1}}\", tru}}" })
	void partsOfABrokenEntryDoNotBecomeEntries(String broken) {
		assertThat(registrations(broken)).containsExactlyInAnyOrder("a", "c");
	}

	@Test
	void partOfAnEntryWhoseOpeningBraceIsLostDoesNotBecomeAnEntryWhereItIsIndented() {
		String whole = pretty("{A, \"x\": {\"port\": 1, \"pid\": 5, HIDDEN}, C}");
		String broken = whole.replace("\"x\": {", "\"x\":  ");
		assertThat(broken).isNotEqualTo(whole);
		assertThat(registrations(broken)).containsExactlyInAnyOrder("a", "c");
	}

	@Test
	void entriesThatAnEntrySwallowedForLackOfItsClosingBraceAreSaved() {
		String whole = pretty("{A, \"x\": {\"port\": 1, \"pid\": 5}, \"note\": 42, B, C}");
		String broken = whole.replaceFirst("(\"pid\": 5\\s+)}", "$1 ");
		assertThat(broken).isNotEqualTo(whole);
		assertThat(registrations(broken)).containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void byteThatIsReplacedByAnyOtherCostsNoEntryButTheOneItIsIn() {
		byte[] whole = utf8(pretty("{A, B, HIDDEN, C}").replace("metadata", "d"));
		List<String> lost = new ArrayList<>();
		for (int place = 0; place < whole.length; place++) {
			for (char change : "{}[]\",:\\ \n\0x1/\u0080\u00c3\u00ff".toCharArray()) {
				byte[] broken = whole.clone();
				broken[place] = (byte) change;
				Set<String> found = Set.copyOf(registrations(broken));
				if (Set.of("a", "b", "c", "d").stream().filter((name) -> !found.contains(name)).count() > 1) {
					lost.add("'" + change + "' at " + place + ": " + found);
				}
			}
		}
		assertThat(lost).isEmpty();
	}

	@Test
	void everythingThatIsWholeInTheCorpusIsSavedAndNothingThatIsNot() throws Exception {
		for (Case corrupt : RegistryCorpus.all().filter(Case::broken).toList()) {
			Set<String> saved = RegistryFormat.salvage(corrupt.content()).values().keySet();
			assertThat(saved).as(corrupt.name())
				.containsAll(corrupt.kept())
				.noneMatch((name) -> name.startsWith("lost"));
			if (corrupt.name().startsWith("truncated")) {
				assertThat(saved).as(corrupt.name()).hasSameSizeAs(corrupt.kept());
			}
		}
	}

	@Test
	void whatStandsBeforeTheFirstBreakIsTakenAsItIs() {
		assertThat(keys("{\"note\": 42, \"x\": {}, A, \"later\": tru, \"note2\": 43, \"y\": {}, B}"))
			.containsExactly("note", "x", "a", "b");
	}

	@ParameterizedTest
	@CsvSource({ "0, false", "1, true", "65535, true", "65536, false", "-1, false", "1.5, false", "1e3, false",
			"'\"1\"', false", "99999999999999999999, false" })
	void behindABreakAnEntryNeedsAPort(String port, boolean saved) {
		assertThat(keys("{tru, \"x\": {\"port\": " + port + ", \"pid\": 1}}")).hasSize(saved ? 1 : 0);
	}

	@Test
	void behindABreakAnEntryNeedsAProcessOrAName() {
		assertThat(keys("{tru, \"x\": {\"port\": 1}, \"y\": {\"port\": 1, \"pid\": \"1\", \"serviceName\": 1}, A, B}"))
			.containsExactly("a", "b");
	}

	@Test
	void ofEqualKeysTheLastCountsInItsFirstPlace() {
		RegistryDocument saved = salvage("{A, B, \"a\": {\"port\": 7, \"port\": 8}}");
		assertThat(saved.values()).containsOnlyKeys("a", "b");
		assertThat(List.copyOf(saved.values().keySet())).containsExactly("a", "b");
		assertThat(saved.values().get("a").path("port").intValue()).isEqualTo(8);
	}

	@Test
	void whatFollowsAWholeDocumentDisplacesNothingOfIt() {
		String first = "{\"a\": {\"port\": 1, \"pid\": 1, \"instanceId\": \"one\"}}";
		RegistryDocument saved = salvage(first + " 5}, \"a\": {\"port\": 2, \"pid\": 1}, "
				+ "\"a#2\": {\"port\": 1, \"pid\": 1, \"instanceId\": \"one\"}, C}");
		assertThat(saved.values()).containsOnlyKeys("a", "c");
		assertThat(saved.values().get("a").path("port").intValue()).isEqualTo(1);
	}

	@Test
	void entryWithBytesThatAreNoCharactersIsNotSavedAndOneWithTheReplacementCharacterIs() {
		byte[] broken = utf8(expand("{\"x\": {\"port\": 1, \"pid\": 1, \"note\": \"~\"}, "
				+ "\"y\": {\"port\": 2, \"pid\": 1, \"note\": \"\uFFFD \uD83D\uDE00 \\udfff\"}, \"~\": {\"port\": 1, \"pid\": 1}, C}"));
		for (int i = 0; i < broken.length; i++) {
			broken[i] = (broken[i] == '~') ? (byte) 0x80 : broken[i];
		}
		RegistryDocument saved = RegistryFormat.salvage(broken);
		assertThat(saved.values()).containsOnlyKeys("y", "c");
		assertThat(saved.values().get("y").path("note").stringValue()).isEqualTo("\uFFFD \uD83D\uDE00 \uDFFF");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16LE", "UTF-16BE" })
	void encodingIsToldFromTheByteOrderMarkAndWithoutOne(String charset) {
		String text = expand("{A, \"ü\": {\"port\": 4, \"pid\": 1, \"note\": \"\uD83D\uDE00\"}, C}");
		assertThat(keys(text.getBytes(Charset.forName(charset)))).containsExactly("a", "ü", "c");
		assertThat(keys(("\uFEFF" + text).getBytes(Charset.forName(charset)))).containsExactly("a", "ü", "c");
	}

	@Test
	void limitsHoldForEachEntryAndNotForAllTogether() {
		String many = "\"x\": {\"port\": 1, \"pid\": 1, \"list\": [1" + ",1".repeat(590_000) + "]}";
		assertThat(keys("{A, " + many + ", \"y\": [1" + ",1".repeat(590_000) + "], C}")).contains("a", "c");
		assertThat(keys("{A, \"" + "n".repeat(257) + "\": {\"port\": 1, \"pid\": 1}, \"" + "n".repeat(256)
				+ "\": {\"port\": 1, \"pid\": 1}, \"x\": {\"port\": 1, \"pid\": 1, \"note\": \"" + "n".repeat(8193)
				+ "\"}, C}"))
			.containsExactly("a", "n".repeat(256), "c");
	}

	@Test
	void nothingIsSavedThatIsNestedTooDeepForTheFile() throws Exception {
		String deepest = "{tru, \"x\": {\"port\": 1, \"pid\": 1, \"list\": " + "[".repeat(30) + "]".repeat(30)
				+ "}, C}";
		assertThat(keys(deepest)).containsExactly("x", "c");
		assertThat(RegistryFormat.parse(RegistryFormat.write(salvage(deepest)))).isEqualTo(salvage(deepest));
		assertThat(keys(deepest.replace("[]", "[[]]"))).containsExactly("c");
	}

	@Test
	void ofAFileThatIsTooLargeTheFirstPartIsSaved() {
		String filler = " ".repeat(RegistryFormat.MAX_SIZE - 40);
		assertThat(keys("{A, " + filler + C + ", B}")).containsExactly("a");
		assertThat(keys(filler + C)).containsExactly("c");
	}

	@Test
	void whatIsSavedFitsIntoAFile() throws Exception {
		String wide = "\"x%d\": {\"port\": 1, \"pid\": 1, \"list\": " + "[".repeat(25) + "1" + ",1".repeat(30_000)
				+ "]".repeat(25) + "}";
		String broken = "{"
				+ String.join(",", IntStream.range(0, 8).mapToObj((number) -> wide.formatted(number)).toList())
				+ ", C, tru";
		RegistryDocument saved = salvage(broken);
		assertThat(saved.values()).containsKeys("x0", "c").doesNotContainKey("x7");
		assertThat(RegistryFormat.parse(RegistryFormat.write(saved))).isEqualTo(saved);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":", "{\"a\":{\"port\":1,\"pid\":1,\"x\":[[[[", "\"", "\"a", "\\\"", "{", "[", "}",
			"\"a\":{", "\"a\":{}", "\"a\":{}}", "{\"a\":{\"port\":1,\"pid\":1},}", "\"a\":{\"b\":tru}", " \n",
			"\n \"a\":{", "\n \"a\":{\"port\":1,\"pid\":1", "\"a\" ", "\0", "9", "\"a\":{\"x\":\"" })
	void noRepetitionMakesItSlowOrFail(String part) {
		String broken = part.repeat(RegistryFormat.MAX_SIZE / 32 / part.length());
		assertThat(salvage(broken).values().keySet()).hasSizeLessThan(2);
		assertThat(salvage("{" + C + "," + broken).values()).containsKey("c");
	}

	@Test
	void lookingForEntriesThatAnotherSwallowedIsBounded() {
		String large = "[\"" + String.join("\",\"", Collections.nCopies(300, "s".repeat(8192))) + "\"]";
		String nested = "{\n  \"n\": ".repeat(27) + large + "}".repeat(27);
		assertThat(keys("{\n  A,\n  \"x\": " + nested + ",\n  C,\n  tru,\n  B")).containsExactly("a", "x", "c");
	}

	@Test
	void entryBehindABreakWhoseNameCannotBeReadIsLeft() {
		assertThat(keys("{tru, \"\\q\": {\"port\": 1, \"pid\": 1}, C}")).containsExactly("c");
	}

	private static List<String> registrations(String broken) {
		return registrations(utf8(expand(broken)));
	}

	private static List<String> registrations(byte[] broken) {
		RegistryDocument saved = RegistryFormat.salvage(broken);
		return saved.entries()
			.stream()
			.filter((entry) -> entry.toRegistration() != null)
			.map(RegistryEntry::key)
			.toList();
	}

	private static List<String> keys(String broken) {
		return keys(utf8(expand(broken)));
	}

	private static List<String> keys(byte[] broken) {
		return List.copyOf(RegistryFormat.salvage(broken).values().keySet());
	}

	private static RegistryDocument salvage(String broken) {
		return RegistryFormat.salvage(utf8(expand(broken)));
	}

	private static String expand(String text) {
		return text.replace("HIDDEN", HIDDEN)
			.replaceAll("\\bA\\b", A)
			.replaceAll("\\bB\\b", B)
			.replaceAll("\\bC\\b", C);
	}

	private static String pretty(String text) {
		try {
			return new String(RegistryFormat.write(RegistryFormat.parse(utf8(expand(text)))), StandardCharsets.UTF_8);
		}
		catch (BrokenRegistryException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
