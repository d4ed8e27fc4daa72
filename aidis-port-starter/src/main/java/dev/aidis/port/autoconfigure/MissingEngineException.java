package dev.aidis.port.autoconfigure;

import java.util.List;

/**
 * Thrown when the library is missing that an engine of the registry needs.
 */
@SuppressWarnings("serial")
final class MissingEngineException extends RuntimeException {

	private final RegistryEngine engine;

	private final String needs;

	private final List<String> dependencies;

	private final String document;

	/**
	 * Create a new exception.
	 * @param engine the engine
	 * @param needs what it needs, for people
	 * @param document where more is told
	 * @param dependencies groups and names of the libraries of which one is enough
	 */
	MissingEngineException(RegistryEngine engine, String needs, String document, String... dependencies) {
		super("The registry engine '" + engine.value() + "' needs " + needs);
		this.engine = engine;
		this.needs = needs;
		this.document = document;
		this.dependencies = List.of(dependencies);
	}

	RegistryEngine getEngine() {
		return this.engine;
	}

	String getNeeds() {
		return this.needs;
	}

	List<String> getDependencies() {
		return this.dependencies;
	}

	String getDocument() {
		return this.document;
	}

}
