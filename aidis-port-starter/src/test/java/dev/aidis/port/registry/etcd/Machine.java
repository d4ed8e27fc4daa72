package dev.aidis.port.registry.etcd;

import java.util.List;

/**
 * Where a program of a test runs.
 *
 * @param through a command that runs the command which follows it there
 * @param front its address in the network of those who ask
 * @param back its address in the network of those who answer, among themselves
 */
record Machine(List<String> through, String front, String back) {

	/**
	 * The one that the tests run on.
	 */
	static final Machine THIS = new Machine(List.of(), "127.0.0.1", "127.0.0.1");

}
