package dev.aidis.port.benchmark;

import java.util.List;
import java.util.OptionalInt;

import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.etcd.EtcdPortRegistry;
import dev.aidis.port.registry.etcd.EtcdRegistryProperties;

/**
 * An etcd that runs, with our defaults.
 */
final class EtcdAnnouncement implements Announcement {

	private static final String PREFIX = "aidis-benchmark";

	private final String endpoint;

	private final EtcdPortRegistry registry;

	EtcdAnnouncement(String endpoint) {
		this.endpoint = endpoint;
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(endpoint));
		properties.setPrefix(PREFIX);
		this.registry = new EtcdPortRegistry(properties, "default", null, PortRegistryObserver.NONE);
	}

	@Override
	public List<String> arguments() {
		return List.of("--aidis.port.registry.engine=etcd", "--aidis.port.registry.etcd.endpoints=" + this.endpoint,
				"--aidis.port.registry.etcd.prefix=" + PREFIX);
	}

	@Override
	public OptionalInt port() {
		return this.registry.registrations(ServiceLifeApplication.NAME)
			.stream()
			.mapToInt((found) -> found.port())
			.findFirst();
	}

	@Override
	public void close() {
		this.registry.close();
	}

}
