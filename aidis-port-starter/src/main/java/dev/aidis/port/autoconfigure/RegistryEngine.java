package dev.aidis.port.autoconfigure;

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
	NONE

}
