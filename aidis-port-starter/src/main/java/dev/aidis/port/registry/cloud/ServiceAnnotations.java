package dev.aidis.port.registry.cloud;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * What a Service of Kubernetes says of itself in annotations, which Spring Cloud
 * Kubernetes hands on as metadata. Instances of other registries may say the same.
 */
final class ServiceAnnotations {

	/**
	 * The name to find the service by, where that is not the Service's own.
	 */
	static final String SERVICE = "dev.aidis/service";

	/**
	 * The port to call: its number, or its name in the Service.
	 */
	static final String PORT = "dev.aidis/port";

	/**
	 * The path, or URL on the same host, that answers 200 while the service is healthy.
	 */
	static final String HEALTH = "dev.aidis/health";

	/**
	 * What Spring Cloud Kubernetes puts before the name of a port.
	 */
	private static final String NAMED_PORT = "port.";

	private ServiceAnnotations() {
	}

	/**
	 * Return the port to call.
	 * @return the port, 0 or less if it is not known
	 */
	static int port(ServiceInstance instance, Map<String, String> metadata) {
		String annotated = metadata.get(PORT);
		if (annotated == null) {
			return instance.getPort();
		}
		Integer port = number(metadata.getOrDefault(NAMED_PORT + annotated, annotated));
		return (port != null) ? port : instance.getPort();
	}

	/**
	 * Return a text as the number of a port.
	 * @return the number, or {@code null} if the text is none
	 */
	static @Nullable Integer number(@Nullable String text) {
		try {
			int port = (text != null) ? Integer.parseInt(text) : 0;
			return (port > 0 && port <= 65535) ? port : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
