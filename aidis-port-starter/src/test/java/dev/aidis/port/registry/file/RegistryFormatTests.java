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

class RegistryFormatTests {

	@ParameterizedTest
	@ValueSource(strings = { "1e99999999999", "-1e-99999999999", "1.0e2147483650" })
	void numberBeyondWhatJavaHoldsBreaksTheFileAndNothingElse(String number) {
		assertThatExceptionOfType(BrokenRegistryException.class).isThrownBy(() -> parse(number))
			.withMessage("it holds a number that is out of range");
	}

	@Test
	void numberWhoseOtherWayOfWritingCouldNotBeReadIsRefused() throws Exception {
		String longest = "1" + "2".repeat(899);
		RegistryDocument read = parse(longest + "e99");
		assertThat(RegistryFormat.parse(RegistryFormat.write(read))).isEqualTo(read);
		assertThatExceptionOfType(BrokenRegistryException.class).isThrownBy(() -> parse(longest + "2e99"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5000e0", "1.5e1", "-0e0", "-0.0", "12345678901e0", "123456789012345678901e-0", "1e3",
			"1.10", "1e-999999999", "1.0e2147483648" })
	void numberIsTheSameAfterItWasWritten(String number) throws Exception {
		RegistryDocument read = parse(number);
		assertThat(RegistryFormat.parse(RegistryFormat.write(read))).isEqualTo(read);
	}

	@Test
	void controlCharactersAreWrittenAsJavaScriptWritesThem() {
		ObjectNode entry = JsonNodeFactory.instance.objectNode().put("note", "\u001b\u0000\ud83d\ude00\udbff");
		assertThat(new String(RegistryFormat.write(document(entry)), StandardCharsets.UTF_8))
			.contains("\"\\u001b\\u0000\ud83d\ude00\\udbff\"");
	}

	@Test
	void nothingIsWrittenThatNobodyCouldRead() {
		ObjectNode text = JsonNodeFactory.instance.objectNode().put("note", "x".repeat(8193));
		assertThatIllegalStateException().isThrownBy(() -> RegistryFormat.write(document(text)))
			.withMessageContaining("longer than 8192 characters");
		ObjectNode name = JsonNodeFactory.instance.objectNode().put("n".repeat(257), 1);
		assertThatIllegalStateException().isThrownBy(() -> RegistryFormat.write(document(name)))
			.withMessageContaining("longer than 256 characters");
		ObjectNode many = JsonNodeFactory.instance.objectNode();
		Stream.generate(() -> 1).limit(600_000).forEach(many.putArray("list")::add);
		assertThatIllegalStateException().isThrownBy(() -> RegistryFormat.write(document(many)))
			.withMessageContaining("more than 600000 JSON tokens");
		ObjectNode large = JsonNodeFactory.instance.objectNode();
		Stream.generate(() -> "x".repeat(8192)).limit(1024).forEach(large.putArray("list")::add);
		assertThatIllegalStateException().isThrownBy(() -> RegistryFormat.write(document(large)))
			.withMessageContaining("larger than 8388608 bytes");
	}

	@Test
	void whatIsAsLongAsItMayBeIsWrittenAndRead() throws Exception {
		ObjectNode entry = JsonNodeFactory.instance.objectNode().put("n".repeat(256), "x".repeat(8192));
		assertThat(RegistryFormat.parse(RegistryFormat.write(document(entry)))).isEqualTo(document(entry));
	}

	private static RegistryDocument parse(String number) throws BrokenRegistryException {
		return RegistryFormat.parse(("{ \"x\": { \"port\": " + number + " } }").getBytes(StandardCharsets.UTF_8));
	}

	private static RegistryDocument document(ObjectNode entry) {
		RegistryDocument document = new RegistryDocument();
		document.put("x", entry);
		return document;
	}

}
