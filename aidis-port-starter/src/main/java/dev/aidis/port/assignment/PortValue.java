package dev.aidis.port.assignment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A port as somebody wrote it: a number from 0 to 65535, a range of ports such as
 * {@code 20000-20099}, or a reason why it is neither.
 *
 * @param port the port, or {@code null} when the text is no number
 * @param range the range, or {@code null} when the text is none
 * @param problem why the text is neither
 * @param serviceLink whether the text is what Kubernetes puts into such a variable by
 * itself, which is nobody's mistake
 */
record PortValue(@Nullable Integer port, @Nullable PortRange range, String problem, boolean serviceLink) {

	private static final Pattern NUMBER = Pattern.compile("[0-9]++");

	private static final Pattern RANGE = Pattern.compile("([0-9]++)\\s*+-\\s*+([0-9]++)");

	private static final int MAX_PORT = 65535;

	static PortValue parse(String text) {
		String value = text.strip();
		if (value.isEmpty()) {
			return invalid("it is empty");
		}
		if (value.startsWith("tcp://") || value.startsWith("udp://")) {
			return new PortValue(null, null, "it is a Kubernetes service link", true);
		}
		if (NUMBER.matcher(value).matches()) {
			int port = number(value);
			return (port <= MAX_PORT) ? new PortValue(port, null, "", false) : invalid("it is greater than 65535");
		}
		Matcher range = RANGE.matcher(value);
		if (range.matches()) {
			return range(number(range.group(1)), number(range.group(2)));
		}
		return invalid((value.indexOf('-') > 0) ? "it is no range of ports such as 20000-20099"
				: "it is no number from 0 to 65535");
	}

	private static PortValue range(int first, int last) {
		if (last > MAX_PORT) {
			return invalid("it ends above 65535");
		}
		if (first < 1) {
			return invalid("it starts below 1");
		}
		return (first <= last) ? new PortValue(null, new PortRange(first, last), "", false)
				: invalid("it ends before it starts");
	}

	private static int number(String text) {
		String digits = text.replaceFirst("^0+(?=.)", "");
		return (digits.length() <= 5) ? Integer.parseInt(digits) : Integer.MAX_VALUE;
	}

	/**
	 * Return the same value where only a range will do.
	 */
	PortValue asRange() {
		return (this.port != null) ? invalid("it is no range of ports such as 20000-20099") : this;
	}

	/**
	 * Return the same value where the process may not use it.
	 */
	PortValue forbidden() {
		return invalid("this process may not open ports that low");
	}

	boolean isValid() {
		return this.port != null || this.range != null;
	}

	private static PortValue invalid(String problem) {
		return new PortValue(null, null, problem, false);
	}

}
