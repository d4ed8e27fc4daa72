package dev.aidis.port.autoconfigure;

import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Imports the configuration of the engine that is set, and reads none of the others.
 */
final class RegistryEngineSelector implements ImportSelector {

	private final Environment environment;

	RegistryEngineSelector(Environment environment) {
		this.environment = environment;
	}

	@Override
	public String[] selectImports(AnnotationMetadata importingClass) {
		Class<?> configuration = switch (OnRegistryEngineCondition.engine(this.environment)) {
			case FILE -> FileRegistryConfiguration.class;
			case ETCD -> EtcdRegistryConfiguration.class;
			case SPRING_CLOUD -> SpringCloudRegistryConfiguration.class;
			case NONE -> NoRegistryConfiguration.class;
		};
		return new String[] { configuration.getName() };
	}

}
