package dev.aidis.port.sample.command.security;

/**
 * Thrown when a server would listen where other machines can connect, and nobody would
 * have to log in.
 */
@SuppressWarnings("serial")
final class UnprotectedServerException extends RuntimeException {

	private final String setting;

	private final String address;

	/**
	 * Create a new exception.
	 * @param setting the setting of the address
	 * @param address the address
	 */
	UnprotectedServerException(String setting, String address) {
		super(setting + " is " + address + ", where other machines can connect, and nobody has to log in");
		this.setting = setting;
		this.address = address;
	}

	String setting() {
		return this.setting;
	}

	String address() {
		return this.address;
	}

}
