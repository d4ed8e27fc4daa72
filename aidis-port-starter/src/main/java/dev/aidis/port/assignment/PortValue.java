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
 * @param advice what to do about it, where that is nobody's mistake; else {@code null}
 */
record PortValue(@Nullable Integer port, @Nullable PortRange range, String problem, @Nullable String advice) {

	static final String SERVICE_LINK_ADVICE = "Set enableServiceLinks: false in the pod's spec to be rid of such "
			+ "variables.";

	private static final Pattern NUMBER = Pattern.compile("[0-9]++");

	private static final Pattern RANGE = Pattern.compile("([0-9]++)\\s*+-\\s*+([0-9]++)");

	private static final int MAX_PORT = 65535;

	static PortValue parse(String text) {
		String value = text.strip();
		if (value.isEmpty()) {
			return invalid("it is empty");
		}
		if (value.startsWith("tcp://") || value.startsWith("udp://")) {
			return new PortValue(null, null, "it is a Kubernetes service link", SERVICE_LINK_ADVICE);
		}
		if (NUMBER.matcher(value).matches()) {
			int port = number(value);
			return (port <= MAX_PORT) ? new PortValue(port, null, "", null) : invalid("it is greater than 65535");
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
		return (first <= last) ? new PortValue(null, new PortRange(first, last), "", null)
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

	/**
	 * Return the same value where only one certain port will do, since a Service of
	 * Kubernetes has to name it.
	 */
	PortValue inPod() {
		boolean open = this.range != null || Integer.valueOf(0).equals(this.port);
		return open ? new PortValue(null, null, "in a Kubernetes pod the port must be a fixed one",
				"Set spring.main.cloud-platform=none to have it all the same.") : this;
	}

	boolean isValid() {
		return this.port != null || this.range != null;
	}

	private static PortValue invalid(String problem) {
		return new PortValue(null, null, problem, null);
	}

}
