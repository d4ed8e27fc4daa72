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

	private static final String NOT_ASKED = " is not this machine, so it is not asked";

	/**
	 * Return what is to be said when somebody else has answered.
	 * @param who who has
	 * @return the health
	 */
	static ServiceHealth answeredBy(String who) {
		return new ServiceHealth(false, ANSWERED_BY + who);
	}

	/**
	 * Return what is to be said of a service that is left alone, since it is not here.
	 * @param host where it is
	 * @return the health
	 */
	static ServiceHealth notAsked(String host) {
		return new ServiceHealth(false, host + NOT_ASKED);
	}

	/**
	 * Tell whether the service was asked at all: one on another machine is not, so that
	 * nothing is known of its health.
	 * @return whether it was
	 */
	public boolean asked() {
		return this.healthy || !this.detail.endsWith(NOT_ASKED);
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
