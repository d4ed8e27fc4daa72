package dev.aidis.port.registry.file;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RegistryCodecTests {

	private static final String A = "  \"a\": {\n    \"port\": 1\n  }";

	private static final String B = "  \"b\": {\n    \"port\": 2\n  }";

	private static final String A_CHANGED = "  \"a\": {\n    \"port\": 11\n  }";

	private final RegistryCodec codec = new RegistryCodec();

	@Test
	void whatStandsThereAsBeforeIsNotReadAgain() throws Exception {
		RegistryDocument before = parse("{\n" + A + ",\n" + B + "\n}\n");
		RegistryDocument after = parse("{\n" + A_CHANGED + ",\n" + B + "\n}\n");
		assertThat(after.values().get("b")).isSameAs(before.values().get("b"));
		assertThat(after.values().get("a").path("port").intValue()).isEqualTo(11);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{" + B + "," + A + "}", "\r\n{\t" + A + " , " + B + "\n}\n\n", "{" + A + "}",
			"{ \"c\": {}, " + A + ", \"d\": [1], " + B + ", \"e\": 12 }", "{" + A_CHANGED + "," + B + "}", "{}",
			" { } " })
	void aChangedFileIsReadAsByOneWhoNeverReadIt(String text) throws Exception {
		parse("{\n" + A + ",\n" + B + "\n}\n");
		assertThat(parse(text)).isEqualTo(RegistryFormat.parse(bytes(text)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{" + A, "{" + A + ",", "{" + A + ",}", "{" + A + "," + A + "}", "{" + A + "} x",
			"{" + A + B + "}", "[" + A + "]", "{" + A + "}}", "{" + A + ", \"b\": tru }", "{" + A + ", b: 1}",
			"{" + A + ", \"b\": \"\u0001\"}", "{" + A + ", \"b\": 1e999999999999}" })
	void aBrokenFileIsBrokenAlsoToOneWhoKnewWhatWasInIt(String text) throws Exception {
		parse("{\n" + A + ",\n" + B + "\n}\n");
		assertThatExceptionOfType(BrokenRegistryException.class).isThrownBy(() -> parse(text));
	}

	@Test
	void bytesThatAreNoUtf8BreakTheFile() throws Exception {
		byte[] text = bytes("{ \"a\": { \"note\": \"xx\" } }");
		// A surrogate has no place in UTF-8, and Jackson takes it.
		text[text.length - 6] = (byte) 0xC0;
		text[text.length - 5] = (byte) 0x80;
		assertThatExceptionOfType(BrokenRegistryException.class).isThrownBy(() -> this.codec.parse(text))
			.withMessageContaining("not encoded in UTF-8");
	}

	@Test
	void whatOthersWroteIsIndentedOurWayUnlessItIsAlready() throws Exception {
		String odd = "  \"b\": {\n    \"port\": 2e0\n  }";
		RegistryDocument read = parse("{\"x\":{\"port\":1,\"list\":[]},\n" + odd + ", \"n\": null}");
		assertThat(write(read))
			.isEqualTo("{\n  \"x\": {\n    \"port\": 1,\n    \"list\": []\n  },\n" + odd + ",\n  \"n\": null\n}\n");
	}

	@Test
	void anEntryThatWasReplacedIsRenderedAnew() throws Exception {
		RegistryDocument read = parse("{\n" + A + ",\n" + B + "\n}\n").copy();
		read.put("a", JsonNodeFactory.instance.objectNode().put("port", 11));
		assertThat(write(read)).isEqualTo("{\n" + A_CHANGED + ",\n" + B + "\n}\n");
		assertThat(write(new RegistryDocument())).isEqualTo("{}\n");
	}

	@Test
	void keyThatNeedsEscapingIsWrittenSo() throws Exception {
		String text = "{\n  \"a\\\"b\u00fc\": {\n    \"port\": 1\n  }\n}\n";
		assertThat(write(parse(text))).isEqualTo(text);
		assertThat(parse(text).values()).containsOnlyKeys("a\"b\u00fc");
	}

	@Test
	void manySmallEntriesAreTooManyOnlyTogether() throws Exception {
		RegistryDocument document = new RegistryDocument();
		for (int number = 0; number < 5; number++) {
			ObjectNode entry = JsonNodeFactory.instance.objectNode();
			// With two braces, its own name, the list's name and brackets: 120,000 but
			// for 2.
			Stream.generate(() -> 1).limit(119_992).forEach(entry.putArray("list")::add);
			document.put("x" + number, entry);
			this.codec.write(document);
		}
		document.put("y", JsonNodeFactory.instance.numberNode(1));
		document.put("z", JsonNodeFactory.instance.numberNode(1));
		document.put("zz", JsonNodeFactory.instance.numberNode(1));
		assertThat(this.codec.parse(this.codec.write(document))).isEqualTo(document);
		document.put("zzz", JsonNodeFactory.instance.numberNode(1));
		document.put("zzzz", JsonNodeFactory.instance.numberNode(1));
		assertThatIllegalStateException().isThrownBy(() -> this.codec.write(document))
			.withMessageContaining("more than 600000 JSON tokens");
	}

	private RegistryDocument parse(String text) throws BrokenRegistryException {
		return this.codec.parse(bytes(text));
	}

	private String write(RegistryDocument document) {
		return new String(this.codec.write(document), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
