package dev.aidis.port.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.etcd.EtcdPortRegistry;
import dev.aidis.port.registry.etcd.EtcdRegistryProperties;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * A registry, with our defaults.
 */
final class RegistryAnnouncement implements Announcement {

	private static final int WARM_UPS = 2000;

	private static final String ETCD_PREFIX = "aidis-benchmark";

	private final PortRegistry registry;

	private final Runnable end;

	private final Needs needs;

	private RegistryAnnouncement(PortRegistry registry, Runnable end, Needs needs) {
		this.registry = registry;
		this.end = end;
		this.needs = needs;
	}

	/**
	 * Create one with a registry file.
	 */
	static RegistryAnnouncement inFile(Path folder) {
		Path file = folder.resolve("port-registry.json");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofMinutes(1));
		// What is measured is not how this process loads and compiles its own classes.
		for (int i = 0; i < WARM_UPS; i++) {
			PortRegistration registration = PortRegistration.builder("warm-up", 1).build();
			registry.register(registration);
			registry.registrations(registration.serviceName());
			registry.deregister(registration.instanceId());
			registry.registrations(registration.serviceName());
		}
		return new RegistryAnnouncement(registry, registry::close,
				new Needs(true, List.of(), List.of("--aidis.port.registry.file=" + file)));
	}

	/**
	 * Create one with an etcd that runs.
	 */
	static RegistryAnnouncement inEtcd(String endpoint) {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(endpoint));
		properties.setPrefix(ETCD_PREFIX);
		EtcdPortRegistry registry = new EtcdPortRegistry(properties, "default", null, PortRegistryObserver.NONE);
		return new RegistryAnnouncement(registry, registry::close,
				new Needs(true, List.of("io.etcd:jetcd-core"),
						List.of("--aidis.port.registry.engine=etcd", "--aidis.port.registry.etcd.endpoints=" + endpoint,
								"--aidis.port.registry.etcd.prefix=" + ETCD_PREFIX)));
	}

	@Override
	public Needs needs() {
		return this.needs;
	}

	@Override
	public OptionalInt port() {
		return this.registry.registrations(ServiceLifeApplication.NAME)
			.stream()
			.mapToInt(PortRegistration::port)
			.findFirst();
	}

	@Override
	public void close() {
		this.end.run();
	}

}
