package dev.aidis.port.autoconfigure;

import java.util.Locale;

/**
 * Thrown when the library is missing that an engine of the registry needs.
 */
@SuppressWarnings("serial")
final class MissingEngineException extends RuntimeException {

	private final RegistryEngine engine;

	private final String dependency;

	/**
	 * Create a new exception.
	 * @param engine the engine
	 * @param dependency group and name of the library
	 */
	MissingEngineException(RegistryEngine engine, String dependency) {
		super("The registry engine '" + engine.name().toLowerCase(Locale.ROOT) + "' needs " + dependency);
		this.engine = engine;
		this.dependency = dependency;
	}

	RegistryEngine getEngine() {
		return this.engine;
	}

	String getDependency() {
		return this.dependency;
	}

}
