package dev.aidis.port.registry.etcd;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.RegisteredName;

/**
 * The keys of instances: {@code /<prefix>/<cluster>/<service>/<instanceId>}.
 */
final class EtcdKeys {

	private EtcdKeys() {
	}

	/**
	 * Return an instance's key. What could be taken for a part of the path is escaped as
	 * in a URL.
	 * @param folder what all keys begin with
	 * @param registration the instance
	 */
	static String key(String folder, PortRegistration registration) {
		return folder + registration.serviceName() + "/"
				+ URLEncoder.encode(registration.instanceId(), StandardCharsets.UTF_8);
	}

	/**
	 * Take a key apart.
	 * @param folder what all keys begin with
	 * @param key the key
	 * @return the parts, or {@code null} if it is no instance's
	 */
	static @Nullable Parts parse(String folder, String key) {
		String[] parts = key.substring(folder.length()).split("/", -1);
		if (parts.length != 2 || !RegisteredName.isValid(parts[0]) || parts[1].isBlank()) {
			return null;
		}
		try {
			return new Parts(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * What a key says.
	 *
	 * @param serviceName the name of the service
	 * @param instanceId the instance's id
	 */
	record Parts(String serviceName, String instanceId) {

	}

}
