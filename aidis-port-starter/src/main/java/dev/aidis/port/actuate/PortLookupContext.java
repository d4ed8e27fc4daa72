package dev.aidis.port.actuate;

import io.micrometer.observation.Observation;

import dev.aidis.port.discovery.LookupObserver.Operation;

/**
 * What is known of a look-up that is observed.
 *
 * @since 0.1.0
 */
public final class PortLookupContext extends Observation.Context {

	private final Operation operation;

	private final String serviceName;

	private volatile String outcome = "unknown";

	PortLookupContext(Operation operation, String serviceName) {
		this.operation = operation;
		this.serviceName = serviceName;
	}

	/**
	 * Return what was asked for.
	 * @return the operation
	 */
	public Operation getOperation() {
		return this.operation;
	}

	/**
	 * Return the name of the service as it was asked for. It may be anything.
	 * @return the name
	 */
	public String getServiceName() {
		return this.serviceName;
	}

	/**
	 * Return how the look-up ended.
	 * @return {@code hit}, {@code miss}, {@code error}, or {@code unknown} as long as it
	 * has not ended
	 */
	public String getOutcome() {
		return this.outcome;
	}

	/**
	 * Name the end of a look-up that was no error.
	 */
	static String outcome(boolean found) {
		return found ? "hit" : "miss";
	}

	void setOutcome(String outcome) {
		this.outcome = outcome;
	}

}
