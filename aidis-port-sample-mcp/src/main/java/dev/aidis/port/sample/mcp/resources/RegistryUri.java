package dev.aidis.port.sample.mcp.resources;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

/**
 * The URIs of the registry and of the services in it.
 */
final class RegistryUri {

	static final String REGISTRY = "aidis://registry";

	static final String TEMPLATE = REGISTRY + "/{service}";

	private RegistryUri() {
	}

	static String of(String service) {
		return REGISTRY + "/" + UriUtils.encode(service, StandardCharsets.UTF_8);
	}

	/**
	 * Return the service that a URI names.
	 * @param uri the URI
	 * @return its name, or {@code null} if the URI is not well-formed
	 */
	static @Nullable String service(String uri) {
		try {
			return UriUtils.decode(uri.substring(REGISTRY.length() + 1), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
