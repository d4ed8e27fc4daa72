package dev.aidis.port.sample.command.export;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where an instance of a service is.
 *
 * @param host a host name or an address, an IPv6 one in brackets
 * @param port the port
 */
record Backend(String host, int port) {

	private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

	private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

	private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

	private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:.]*");

	private static final int MAX_NAME = 253;

	/**
	 * Return a backend.
	 * @param host the host as it is registered
	 * @param port the port
	 * @return the backend, or {@code null} if the host is no host name and no address
	 */
	static @Nullable Backend of(String host, int port) {
		String lower = host.toLowerCase(Locale.ROOT);
		if (isHostName(lower)) {
			return new Backend(lower, port);
		}
		String address = (lower.startsWith("[") && lower.endsWith("]")) ? lower.substring(1, lower.length() - 1)
				: lower;
		return IPV6.matcher(address).matches() ? new Backend("[" + address + "]", port) : null;
	}

	static boolean isHostName(String text) {
		return text.length() <= MAX_NAME && NAME.matcher(text).matches();
	}

	/**
	 * Tell whether no name service has to be asked for the host.
	 */
	boolean isResolved() {
		return this.host.equals("localhost") || this.host.startsWith("[") || IPV4.matcher(this.host).matches();
	}

	/**
	 * Return host and port as they stand in a URL.
	 */
	String authority() {
		return this.host + ":" + this.port;
	}

}
