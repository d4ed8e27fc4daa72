package dev.aidis.port.autoconfigure;

import java.util.Locale;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import dev.aidis.port.registry.file.OnDuplicate;

/**
 * Where services are registered and looked for.
 */
enum RegistryEngine {

	/**
	 * A file on this machine.
	 */
	FILE,

	/**
	 * In etcd, for services on several machines.
	 */
	ETCD,

	/**
	 * The registries of Spring Cloud that are on the class path: Eureka, ZooKeeper,
	 * Consul.
	 */
	SPRING_CLOUD,

	/**
	 * Nowhere. The application has a port and finds itself, and others through Spring
	 * Cloud or by their default ports.
	 */
	NONE;

	/**
	 * Return the engine as it is written in configuration files.
	 * @return for example {@code spring-cloud}
	 */
	String value() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Return the setting that asks for the engine.
	 * @return for example {@code aidis.port.registry.engine=spring-cloud}
	 */
	String setting() {
		return OnRegistryEngineCondition.PROPERTY + "=" + value();
	}

	/**
	 * Check that instances of one service are to stand beside each other, where the
	 * engine can do nothing else: only the file is changed under a lock.
	 * @param onDuplicate what is set
	 * @throws InvalidConfigurationPropertyValueException if it is something else
	 */
	void requireReplicate(OnDuplicate onDuplicate) {
		if (onDuplicate != OnDuplicate.REPLICATE) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.registry.on-duplicate", onDuplicate,
					"With " + setting() + " all instances of a service are kept. Remove it, "
							+ "or use the engine 'file'.");
		}
	}

}
