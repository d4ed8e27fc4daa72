package dev.aidis.port.autoconfigure;

/**
 * Thrown when the library is missing that an engine of the registry needs.
 */
@SuppressWarnings("serial")
final class MissingEngineException extends RuntimeException {

	private final RegistryEngine engine;

	private final String dependency;

	private final String hint;

	/**
	 * Create a new exception.
	 * @param engine the engine
	 * @param dependency group and name of the library
	 * @param hint what else helps to choose it
	 */
	MissingEngineException(RegistryEngine engine, String dependency, String hint) {
		super("The registry engine '" + engine.value() + "' needs " + dependency);
		this.engine = engine;
		this.dependency = dependency;
		this.hint = hint;
	}

	/**
	 * Return the engine as it is written in configuration files.
	 */
	String getEngine() {
		return this.engine.value();
	}

	String getDependency() {
		return this.dependency;
	}

	String getHint() {
		return this.hint;
	}

}
