package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.etcd.jetcd.KeyValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.Printable;

/**
 * What others have put where the instances are, and is none. It is left alone, and told
 * of once.
 */
final class EtcdGarbage {

	private static final Log logger = LogFactory.getLog(EtcdGarbage.class);

	private static final int MAX_TOLD = 1000;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private final EtcdSettings settings;

	EtcdGarbage(EtcdSettings settings) {
		this.settings = settings;
	}

	void found(KeyValue pair) {
		String key = pair.getKey().toString(StandardCharsets.UTF_8);
		if (this.told.size() < MAX_TOLD && this.told.add(key)) {
			logger.warn("Skipped the key '" + Printable.of(key, 200) + "' of the port registry "
					+ this.settings.location() + ": it or its value (" + pair.getValue().size()
					+ " bytes) describes no instance. It is left as it is. Keys are " + this.settings.folder()
					+ "<service>/<instanceId>, and values JSON objects with 'serviceName', 'instanceId' and 'port'.");
		}
	}

}
