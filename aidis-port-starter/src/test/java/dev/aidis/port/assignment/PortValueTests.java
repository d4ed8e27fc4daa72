package dev.aidis.port.assignment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortValue}.
 */
class PortValueTests {

	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false,
			value = { "0,0", "1,1", "65535,65535", " 8080 ,8080", "\t8080\t,8080", "00080,80", "0000000000000000,0" })
	void numberFromZeroTo65535IsAPort(String text, int port) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(port, null, "", null));
	}

	@Test
	void lineBreakAroundAPortIsIgnored() {
		assertThat(PortValue.parse("\r\n8080\n").port()).isEqualTo(8080);
	}

	@ParameterizedTest
	@ValueSource(strings = { "65536", "70000", "99999", "100000", "2147483648", "4294967376", "18446744073709551696",
			"123456789012345678901234567890" })
	void greaterNumberIsNoPort(String text) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, null, "it is greater than 65535", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "+80", "abc", "80a", "8 0", "80.0", "0x50", "1e3", "80,81", "80\u0000", "null",
			"${PORT}", "http://localhost:80", "tcp:80" })
	void anythingElseIsNoPort(String text) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, null, "it is no number from 0 to 65535", null));
	}

	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = { "20000-20099,20000,20099", "1-65535,1,65535",
			"7-7,7,7", " 20000 - 20099 ,20000,20099", "00020000-0000000020099,20000,20099" })
	void twoNumbersAreARange(String text, int first, int last) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, new PortRange(first, last), "", null));
	}

	@ParameterizedTest
	@CsvSource({ "20100-20000,it ends before it starts", "0-10,it starts below 1", "0-0,it starts below 1",
			"1-99999,it ends above 65535", "99999-1,it ends before it starts",
			"1-123456789012345678901234567890,it ends above 65535", "a-b,it is no range of ports such as 20000-20099",
			"20000-,it is no range of ports such as 20000-20099", "1-2-3,it is no range of ports such as 20000-20099",
			"20000--20099,it is no range of ports such as 20000-20099",
			"20000\u201320099,it is no number from 0 to 65535", "-5-10,it is no number from 0 to 65535" })
	void anythingElseIsNoRange(String text, String problem) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, null, problem, null));
	}

	@Test
	void oneNumberIsNoRangeWhereOnlyARangeWillDo() {
		assertThat(PortValue.parse("20000").asRange().problem())
			.isEqualTo("it is no range of ports such as 20000-20099");
		assertThat(PortValue.parse("1-2").asRange().range()).isEqualTo(new PortRange(1, 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uFF18\uFF10\uFF18\uFF10", "\u0668\u0660\u0668\u0660", "\u0E58\u0E50", "\u00B2" })
	void digitsOfOtherScriptsAreNoPort(String text) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, null, "it is no number from 0 to 65535", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t \n" })
	void emptyOrBlankTextIsNoPort(String text) {
		assertThat(PortValue.parse(text)).isEqualTo(new PortValue(null, null, "it is empty", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp://10.0.0.1:80", " tcp://10.0.0.1:80", "udp://10.0.0.1:53", "tcp://[fd00::1]:80" })
	void kubernetesServiceLinkIsNoPortAndNobodysMistake(String text) {
		assertThat(PortValue.parse(text))
			.isEqualTo(new PortValue(null, null, "it is a Kubernetes service link", PortValue.SERVICE_LINK_ADVICE));
	}

	@Test
	void veryLongNumberIsNoPort() {
		assertThat(PortValue.parse("9".repeat(1_000_000)).port()).isNull();
	}

}
