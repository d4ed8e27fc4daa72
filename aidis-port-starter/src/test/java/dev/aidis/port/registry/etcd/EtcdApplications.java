package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.aidis.port.PortRegistryObserver;

/**
 * The registries that a test uses, each as an application of its own has it.
 */
final class EtcdApplications implements AutoCloseable {

	private final List<EtcdPortRegistry> opened = new CopyOnWriteArrayList<>();

	private final Consumer<EtcdRegistryProperties> settings;

	EtcdApplications(EtcdServer... servers) {
		this((properties) -> properties.setEndpoints(Stream.of(servers).map(EtcdServer::url).toList()));
	}

	EtcdApplications(Consumer<EtcdRegistryProperties> settings) {
		this.settings = settings;
	}

	EtcdPortRegistry open() {
		return open("default", (properties) -> {
		});
	}

	EtcdPortRegistry open(String cluster, Consumer<EtcdRegistryProperties> more) {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setRequestTimeout(Duration.ofSeconds(20));
		properties.setConnectTimeout(Duration.ofSeconds(20));
		this.settings.accept(properties);
		more.accept(properties);
		EtcdPortRegistry registry = new EtcdPortRegistry(properties, cluster, null, PortRegistryObserver.NONE);
		this.opened.add(registry);
		return registry;
	}

	@Override
	public void close() {
		this.opened.forEach(EtcdPortRegistry::close);
	}

}
