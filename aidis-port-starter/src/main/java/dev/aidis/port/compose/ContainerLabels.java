package dev.aidis.port.compose;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;

/**
 * The labels by which a container asks to be registered.
 */
final class ContainerLabels {

	/**
	 * Metadata: the name of the container.
	 */
	static final String CONTAINER = "container";

	/**
	 * Metadata: the image it runs.
	 */
	static final String IMAGE = "image";

	/**
	 * Label: the name to register under. A container without it is not registered.
	 */
	static final String SERVICE = "dev.aidis.service";

	/**
	 * Label: the port in the container, which is needed where several are published.
	 */
	static final String PORT = "dev.aidis.port";

	/**
	 * Label: {@code http}, which is the default, {@code https} or {@code tcp}.
	 */
	static final String SCHEME = "dev.aidis.scheme";

	/**
	 * Label: the path that answers 200 while the service is healthy.
	 */
	static final String HEALTH = "dev.aidis.health";

	private ContainerLabels() {
	}

	static boolean isLabelled(Container container) {
		return container.labels().containsKey(SERVICE);
	}

	/**
	 * Describe the service in a container.
	 * @throws IllegalArgumentException if it cannot be registered; the message says why
	 */
	static PortRegistration describe(Container container) {
		Map<String, String> labels = container.labels();
		Container.Port port = port(container);
		return PortRegistration.builder(labels.getOrDefault(SERVICE, ""), port.port())
			.host(port.host())
			.scheme(scheme(labels))
			.healthEndpoint(labels.get(HEALTH))
			.status(container.status())
			.metadata(metadata(container))
			.build();
	}

	private static String scheme(Map<String, String> labels) {
		String scheme = labels.getOrDefault(SCHEME, "http");
		if (!PortRegistration.SCHEMES.contains(scheme)) {
			throw new IllegalArgumentException(
					"its label " + SCHEME + " is '" + Printable.of(scheme) + "' and must be http, https or tcp");
		}
		if (scheme.equals("tcp") && labels.containsKey(HEALTH)) {
			throw new IllegalArgumentException(
					"its label " + HEALTH + " is for services that speak HTTP, but " + SCHEME + " is tcp");
		}
		return scheme;
	}

	private static Container.Port port(Container container) {
		Integer wanted = wantedPort(container.labels());
		List<Container.Port> ports = container.ports()
			.stream()
			.filter((port) -> wanted == null || port.containerPort() == wanted)
			.toList();
		List<String> different = ports.stream()
			.map((port) -> (port.containerPort() != 0) ? String.valueOf(port.containerPort())
					: "the one at " + port.port() + " of this machine")
			.distinct()
			.toList();
		if (different.size() > 1) {
			throw new IllegalArgumentException("it publishes several ports (" + String.join(", ", different)
					+ "); its label " + PORT + " must say which, as a port of the container");
		}
		return ports.stream()
			.min(Comparator.comparing((port) -> port.host().contains(":")))
			.orElseThrow(() -> new IllegalArgumentException("it does not publish "
					+ ((wanted != null) ? "its TCP port " + wanted : "a TCP port") + " on this machine"));
	}

	private static @Nullable Integer wantedPort(Map<String, String> labels) {
		String port = labels.get(PORT);
		try {
			return (port != null) ? Integer.valueOf(port.strip()) : null;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"its label " + PORT + " is '" + Printable.of(port) + "' and must be a port of the container", ex);
		}
	}

	private static Map<String, String> metadata(Container container) {
		Map<String, String> metadata = new LinkedHashMap<>();
		metadata.put(CONTAINER, container.name());
		metadata.put(IMAGE, container.image());
		return metadata;
	}

}
