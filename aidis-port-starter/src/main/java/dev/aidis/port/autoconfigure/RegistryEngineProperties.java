package dev.aidis.port.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties that say which registry there is.
 */
@ConfigurationProperties("aidis.port.registry")
class RegistryEngineProperties {

	/**
	 * Where services are registered and looked for. In a Kubernetes pod the default is
	 * none, unless the path of a registry file is set.
	 */
	private RegistryEngine engine = RegistryEngine.FILE;

	public RegistryEngine getEngine() {
		return this.engine;
	}

	public void setEngine(RegistryEngine engine) {
		this.engine = engine;
	}

}
