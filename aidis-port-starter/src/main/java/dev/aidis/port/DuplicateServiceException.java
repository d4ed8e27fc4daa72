package dev.aidis.port;

/**
 * Thrown when a service must not be registered because a live instance has its name.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public class DuplicateServiceException extends PortRegistryException {

	private final PortRegistration existing;

	/**
	 * Create a new exception.
	 * @param existing the instance that has the name
	 * @param location where it is registered, see {@link PortRegistry#location()}
	 */
	public DuplicateServiceException(PortRegistration existing, String location) {
		super("Service '" + existing.serviceName() + "' is registered already in " + location + ": process "
				+ existing.pid() + " at " + existing.uri(), null);
		this.existing = existing;
	}

	/**
	 * Return the instance that has the name.
	 * @return the instance
	 */
	public PortRegistration getExisting() {
		return this.existing;
	}

}
