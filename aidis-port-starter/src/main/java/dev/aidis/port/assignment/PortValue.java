package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

/**
 * A port as somebody wrote it: a number from 0 to 65535, or a reason why it is none.
 *
 * @param port the port, or {@code null} when the text is no port
 * @param problem why the text is no port
 * @param serviceLink whether the text is what Kubernetes puts into such a variable by
 * itself, which is nobody's mistake
 */
record PortValue(@Nullable Integer port, String problem, boolean serviceLink) {

	static PortValue parse(String text) {
		String value = text.strip();
		if (value.isEmpty()) {
			return invalid("it is empty");
		}
		if (value.startsWith("tcp://") || value.startsWith("udp://")) {
			return new PortValue(null, "it is a Kubernetes service link", true);
		}
		if (!value.chars().allMatch((character) -> character >= '0' && character <= '9')) {
			return invalid("it is no number from 0 to 65535");
		}
		String digits = value.replaceFirst("^0+(?=.)", "");
		if (digits.length() > 5 || Integer.parseInt(digits) > 65535) {
			return invalid("it is greater than 65535");
		}
		return new PortValue(Integer.valueOf(digits), "", false);
	}

	private static PortValue invalid(String problem) {
		return new PortValue(null, problem, false);
	}

}
