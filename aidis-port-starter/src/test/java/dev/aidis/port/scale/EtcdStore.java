package dev.aidis.port.scale;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.etcd.EtcdPortRegistry;
import dev.aidis.port.registry.etcd.EtcdRegistryProperties;

/**
 * An etcd, which also tells of itself at {@code /metrics}.
 */
final class EtcdStore implements Store {

	private final HttpClient client = HttpClient.newHttpClient();

	private final String endpoint;

	private final List<EtcdPortRegistry> opened = new ArrayList<>();

	EtcdStore(String endpoint) {
		this.endpoint = endpoint;
	}

	@Override
	public PortRegistry open() {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(this.endpoint));
		properties.setPrefix("aidis-scale");
		properties.setRequestTimeout(Duration.ofMinutes(1));
		EtcdPortRegistry registry = new EtcdPortRegistry(properties, "default", null, PortRegistryObserver.NONE);
		this.opened.add(registry);
		return registry;
	}

	@Override
	public long size() throws IOException {
		return (long) metric("etcd_mvcc_db_total_size_in_use_in_bytes");
	}

	@Override
	public double writes() throws IOException {
		return metric("etcd_server_proposals_applied_total");
	}

	@Override
	public String atRest(int seconds) throws Exception {
		double writes = writes();
		double signs = metric("etcd_debugging_lease_renewed_total");
		Thread.sleep(Duration.ofSeconds(seconds).toMillis());
		return String.format(Locale.ROOT, "%.1f writes/s and %.1f signs of life/s at rest",
				(writes() - writes) / seconds, (metric("etcd_debugging_lease_renewed_total") - signs) / seconds);
	}

	private double metric(String name) throws IOException {
		try {
			String metrics = this.client
				.send(HttpRequest.newBuilder(URI.create(this.endpoint + "/metrics")).build(),
						HttpResponse.BodyHandlers.ofString())
				.body();
			return metrics.lines()
				.filter((line) -> line.startsWith(name + " "))
				.mapToDouble((line) -> Double.parseDouble(line.substring(name.length() + 1)))
				.findFirst()
				.orElseThrow(() -> new IOException("etcd tells no " + name));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	@Override
	public void close() {
		this.opened.forEach(EtcdPortRegistry::close);
	}

}
