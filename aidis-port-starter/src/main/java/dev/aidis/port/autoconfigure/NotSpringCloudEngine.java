package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;

/**
 * Matches where the registry is one of ours. Where it is Spring Cloud's, that finds
 * services by itself.
 */
final class NotSpringCloudEngine extends NoneNestedConditions {

	NotSpringCloudEngine() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnRegistryEngine(RegistryEngine.SPRING_CLOUD)
	static class SpringCloudEngine {

	}

}
