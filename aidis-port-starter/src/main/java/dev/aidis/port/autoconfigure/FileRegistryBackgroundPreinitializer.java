package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Loads what the default registry needs while the application reads its configuration on
 * another processor, so that the first registration does not keep the start waiting.
 */
final class FileRegistryBackgroundPreinitializer implements BackgroundPreinitializer {

	/**
	 * The system property that turns it off, as Spring Boot has it.
	 */
	static final String IGNORED = "spring.backgroundpreinitializer.ignore";

	@Override
	public void preinitialize() {
		FilePortRegistry.load();
	}

}
