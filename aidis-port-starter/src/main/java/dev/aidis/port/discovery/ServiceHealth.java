package dev.aidis.port.discovery;

/**
 * What a look at a service's health gave.
 *
 * @param healthy whether it is healthy
 * @param detail what it answered, or what went wrong
 * @since 0.1.0
 */
public record ServiceHealth(boolean healthy, String detail) {

	private static final String ANSWERED_BY = "answered by ";

	/**
	 * Return what is to be said when somebody else has answered.
	 * @param who who has
	 * @return the health
	 */
	static ServiceHealth answeredBy(String who) {
		return new ServiceHealth(false, ANSWERED_BY + who);
	}

	/**
	 * Tell whether it is not the service that has answered, but another program that has
	 * its port now. Whoever asks for an address should then not be sent there.
	 * @return whether another has answered
	 */
	public boolean answeredByAnother() {
		return !this.healthy && this.detail.startsWith(ANSWERED_BY);
	}

}
