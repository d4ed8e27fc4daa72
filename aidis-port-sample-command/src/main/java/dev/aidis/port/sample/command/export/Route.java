package dev.aidis.port.sample.command.export;

import java.util.List;

/**
 * A service that can be reached through a load balancer.
 *
 * @param service the name of the service, which is a host name
 * @param scheme {@code http} or {@code https}
 * @param backends its instances, at least one
 */
record Route(String service, String scheme, List<Backend> backends) {

	Route {
		backends = List.copyOf(backends);
	}

	/**
	 * Return the host name that the service has whatever its ports are. Names below
	 * {@code localhost} are this machine, see RFC 6761.
	 */
	String host() {
		return this.service + ".localhost";
	}

	boolean isTls() {
		return this.scheme.equals("https");
	}

}
