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
	 * Nowhere. The application has a port and finds itself, and others through Spring
	 * Cloud or by their default ports.
	 */
	NONE

}
