package dev.aidis.port.assignment;

import java.util.List;

/**
 * Thrown when no port of a range is free.
 */
@SuppressWarnings("serial")
final class PortRangeExhaustedException extends RuntimeException {

	private final String serviceName;

	private final String range;

	private final String setting;

	private final List<String> holders;

	/**
	 * Create a new exception.
	 * @param serviceName the service that needs a port
	 * @param range the range
	 * @param setting the setting that asks for it, with its place
	 * @param holders who has the ports, a line each; if they are many, the last one says
	 * how many more
	 */
	PortRangeExhaustedException(String serviceName, PortRange range, String setting, List<String> holders) {
		super("No port of " + range + " is free for service '" + serviceName + "'");
		this.serviceName = serviceName;
		this.range = range.toString();
		this.setting = setting;
		this.holders = holders;
	}

	String getServiceName() {
		return this.serviceName;
	}

	String getRange() {
		return this.range;
	}

	String getSetting() {
		return this.setting;
	}

	List<String> getHolders() {
		return this.holders;
	}

}
