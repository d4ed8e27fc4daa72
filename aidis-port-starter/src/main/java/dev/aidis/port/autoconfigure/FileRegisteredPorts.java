package dev.aidis.port.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.RegisteredPorts;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * Reads the registry file. What is wrong with it is not said here, since the registry
 * itself is made soon after and says it.
 */
final class FileRegisteredPorts implements RegisteredPorts {

	@Override
	public String location(Environment environment) {
		try {
			return RegistryLocation.find(environment, AidisPortAutoConfiguration.registryProperties(environment))
				.toString();
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			return "";
		}
	}

	@Override
	public Map<Integer, String> holders(Environment environment) {
		Map<Integer, String> holders = new HashMap<>();
		try (FilePortRegistry registry = AidisPortAutoConfiguration.fileRegistry(environment)) {
			for (PortRegistration service : registry.registrations()) {
				String holder = "service '" + Printable.of(service.serviceName()) + "' (process " + service.pid() + ", "
						+ service.uri() + ")";
				holders.put(service.port(), holder);
				if (service.managementPort() != null) {
					holders.put(service.managementPort(), "the management server of " + holder);
				}
			}
		}
		catch (InvalidConfigurationPropertyValueException | PortRegistryException ex) {
			return Map.of();
		}
		return holders;
	}

}
