package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Loads what the default registry needs while the application reads its configuration on
 * another processor, so that the first registration does not keep the start waiting.
 */
final class FileRegistryBackgroundPreinitializer implements BackgroundPreinitializer {

	/**
	 * Tell whether anything may be done in the background, by Spring Boot's own rule.
	 */
	static boolean isEnabled() {
		return Runtime.getRuntime().availableProcessors() > 1
				&& !Boolean.getBoolean("spring.backgroundpreinitializer.ignore");
	}

	@Override
	public void preinitialize() {
		FilePortRegistry.load();
	}

}
