package dev.aidis.port.sample.mcp.resources;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.sample.mcp.transport.SessionObserver;

/**
 * Keeps the list of resources as the registry is, and tells clients of changes. The
 * registry is watched only while a client listens, since that costs something; the list
 * is right all the same whenever it is asked for. A client that reads slowly delays
 * others, but never the thread of the registry that tells of changes; what changes
 * meanwhile is told once.
 */
@Component
class ResourceUpdates implements SessionObserver, DisposableBean {

	private static final Log logger = LogFactory.getLog(ResourceUpdates.class);

	private final McpSyncServer server;

	private final PortRegistry registry;

	private final RegistryResources resources;

	private final Set<String> changed = new LinkedHashSet<>();

	private final Set<String> listed = new TreeSet<>();

	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), ResourceUpdates::daemon);

	private PortRegistry.@Nullable Watch watch;

	ResourceUpdates(McpSyncServer server, PortRegistry registry, RegistryResources resources) {
		this.server = server;
		this.registry = registry;
		this.resources = resources;
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "aidis-mcp-resources");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void listing() {
		try {
			list(this.registry.registrations()
				.stream()
				.map(PortRegistration::serviceName)
				.collect(Collectors.toCollection(TreeSet::new)));
		}
		catch (PortRegistryException ex) {
			logger.warn("Could not list the services as resources: " + ex.getMessage());
		}
	}

	private void list(Set<String> live) {
		synchronized (this.listed) {
			for (String name : Set.copyOf(this.listed)) {
				if (!live.contains(name)) {
					this.listed.remove(name);
					this.server.removeResource(RegistryUri.of(name));
				}
			}
			for (String name : live) {
				if (this.listed.add(name)) {
					this.server.addResource(this.resources.service(name));
				}
			}
		}
	}

	@Override
	public synchronized void listened() {
		if (this.watch == null) {
			this.watch = this.registry.watch(this::note);
		}
	}

	private void note(PortRegistryChange change) {
		synchronized (this.changed) {
			boolean idle = this.changed.isEmpty();
			this.changed.add(change.registration().serviceName());
			if (change instanceof PortRegistryChange.Changed other) {
				this.changed.add(other.previous().serviceName());
			}
			if (idle) {
				this.executor.execute(this::update);
			}
		}
	}

	private void update() {
		Set<String> names;
		synchronized (this.changed) {
			names = Set.copyOf(this.changed);
			this.changed.clear();
		}
		listing();
		notifyUpdated(RegistryUri.REGISTRY);
		names.forEach((name) -> notifyUpdated(RegistryUri.of(name)));
	}

	private void notifyUpdated(String uri) {
		this.server.notifyResourcesUpdated(new ResourcesUpdatedNotification(uri));
	}

	@Override
	public synchronized void unlistened() {
		if (this.watch != null) {
			this.watch.close();
			this.watch = null;
		}
	}

	@Override
	public void destroy() {
		unlistened();
		this.executor.shutdown();
	}

}
