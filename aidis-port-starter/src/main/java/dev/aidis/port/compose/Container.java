package dev.aidis.port.compose;

import java.util.List;
import java.util.Map;

import dev.aidis.port.PortRegistration;

/**
 * A container that runs.
 *
 * @param name its name, which no other container of the engine has
 * @param image the image it runs
 * @param status how far it says it is
 * @param labels its labels
 * @param ports the TCP ports that are published
 * @since 0.1.0
 */
public record Container(String name, String image, PortRegistration.Status status, Map<String, String> labels,
		List<Port> ports) {

	/**
	 * A published TCP port. One that is published on several addresses is there several
	 * times, and not always at the same port.
	 *
	 * @param host the host name or address to reach it by
	 * @param containerPort the port in the container, 0 if it is not known
	 * @param port the port on the host
	 */
	public record Port(String host, int containerPort, int port) {

	}

}
