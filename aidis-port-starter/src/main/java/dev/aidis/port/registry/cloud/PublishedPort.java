package dev.aidis.port.registry.cloud;

/**
 * The port that a registry is told: that of the application, wherever it moves, unless
 * the registry's own settings name another one.
 */
final class PublishedPort {

	private int last;

	/**
	 * Return the port to publish.
	 * @param published the port that the registry's client would publish now, {@code 0}
	 * where it knows none yet
	 * @param application the port of the application
	 * @return one of them
	 */
	synchronized int choose(int published, int application) {
		int chosen = (published == 0 || published == this.last) ? application : published;
		this.last = application;
		return chosen;
	}

}
