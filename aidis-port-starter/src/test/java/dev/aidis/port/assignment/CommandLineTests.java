package dev.aidis.port.assignment;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CommandLineTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--password=s3cr3t                                 | --password=******
			--spring.datasource.password=s3cr3t and more      | --spring.datasource.password=******
			-Djavax.net.ssl.keyStorePassword=s3cr3t           | -Djavax.net.ssl.keyStorePassword=******
			-Dapi.key=s3cr3t                                  | -Dapi.key=******
			--API_KEY=s3cr3t                                  | --API_KEY=******
			AIDIS_TOKEN=s3cr3t                                | AIDIS_TOKEN=******
			--client-secret:s3cr3t                            | --client-secret:******
			Authorization: Bearer s3cr3t                      | Authorization:******
			/password:s3cr3t                                  | /password:******
			--db=postgres://me:s3cr3t@host/db                 | --db=postgres://******@host/db
			https://s3cr3t@host/path                          | https://******@host/path
			jdbc:mysql://host/db?user=me&password=s3cr3t&x=y  | jdbc:mysql://host/db?user=me&password=******&x=y
			Server=host;Pwd=s3cr3t;Port=1                     | Server=host;Pwd=******;Port=1
			{"user":"me","accessToken": "s3cr3t"}             | {"user":"me","accessToken": "******"}
			""")
	void valueOfAnArgumentThatLooksSecretIsMasked(String argument, String shown) {
		assertThat(CommandLine.toText(List.of("java", argument, "rest"))).isEqualTo("java " + shown + " rest");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--password", "--api-key", "-Secret", "--auth-token", "/pwd" })
	void argumentAfterAnOptionThatLooksSecretIsMasked(String option) {
		assertThat(CommandLine.toText(List.of("java", option, "s3cr3t", "--port", "8080")))
			.isEqualTo("java " + option + " ****** --port 8080");
	}

	@Test
	void optionAfterAnOptionThatLooksSecretIsNone() {
		assertThat(CommandLine.toText(List.of("java", "--auth", "--port", "8080")))
			.isEqualTo("java --auth --port 8080");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-jar", "--server.port=8080", "-Xmx1g", "/home/me/shop.jar", "keys.txt", "-cp", "a:b",
			"https://host/path", "me@host" })
	void argumentThatIsNoSecretIsShown(String argument) {
		assertThat(CommandLine.toText(List.of("java", argument, "rest"))).isEqualTo("java " + argument + " rest");
	}

	@Test
	void textThatAProgramHasSetInsteadIsTakenApart() {
		assertThat(CommandLine.toText(List.of("worker: --password s3cr3t  --token=s3cr3t serve")))
			.isEqualTo("worker: --password ****** --token=****** serve");
	}

	@Test
	void whatIsUnprintableIsEscaped() {
		assertThat(CommandLine.toText(List.of("java", "a\u001B[2J\nb\u202E", "")))
			.isEqualTo("java a\\u001b[2J\\u000ab\\u202e ");
	}

	@Test
	void longArgumentAndLongCommandLineAreCut() {
		String text = CommandLine.toText(List.of("java", "-cp", "/a.jar:".repeat(5000), "dev.aidis.Main"));
		assertThat(text).startsWith("java -cp /a.jar:/a.jar").endsWith("… dev.aidis.Main").hasSizeLessThan(100);
		assertThat(CommandLine.toText(List.of("a ".repeat(5000)))).hasSize(241).endsWith("…");
	}

	/**
	 * A pattern that backs up over it again and again would not come to an end.
	 */
	@Test
	void longestCommandLineTakesNoTime() {
		for (String part : List.of("a", "key", "://", "password", "-", "a=")) {
			assertThat(CommandLine.toText(List.of("java", part.repeat(65536 / part.length())))).hasSizeLessThan(250);
		}
	}

	@Test
	void commandLineOfThisProcessIsFound() {
		assertThat(CommandLine.of(ProcessHandle.current())).contains("java");
	}

}
