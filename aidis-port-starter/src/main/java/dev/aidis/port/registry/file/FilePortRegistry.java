package dev.aidis.port.registry.file;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.file.Liveness.Verdict;
import dev.aidis.port.registry.file.RegistryReader.Snapshot;

/**
 * The registry in one JSON file. Reading takes no lock; every writer also removes the
 * entries of processes that have ended.
 *
 * @since 0.1.0
 */
public final class FilePortRegistry implements PortRegistry {

	private static final int CONNECT_TIMEOUT_MILLIS = 250;

	private final RegistryStorage storage;

	private final RegistryReader reader;

	private final RegistryWriter writer;

	private final ProcessIdentity self;

	private final Liveness liveness;

	/**
	 * Create a registry on a file. Nothing is read or created yet.
	 * @param file the file
	 * @param lockTimeout how long a write waits for other processes that are writing
	 */
	public FilePortRegistry(Path file, Duration lockTimeout) {
		this(file, lockTimeout, ProcessTable.system());
	}

	FilePortRegistry(Path file, Duration lockTimeout, ProcessTable processes) {
		this(new RegistryStorage(file.toAbsolutePath().normalize()), lockTimeout, processes,
				ProcessIdentity.current(processes));
	}

	FilePortRegistry(RegistryStorage storage, Duration lockTimeout, ProcessTable processes, ProcessIdentity self) {
		this.storage = storage;
		this.reader = new RegistryReader(storage);
		this.writer = new RegistryWriter(storage, new RegistryLock(storage.file(), lockTimeout),
				new RegistryHealer(storage, this.reader));
		this.self = self;
		this.liveness = new Liveness(processes, self);
	}

	@Override
	public void register(PortRegistration registration) {
		if (!isIntact(registration)) {
			update((document) -> put(document, registration));
		}
	}

	/**
	 * Tell whether the entry is in the file as it should be, and the file in order.
	 */
	private boolean isIntact(PortRegistration registration) {
		Snapshot snapshot = read();
		return snapshot.problem() == null && snapshot.entries(registration.serviceName())
			.stream()
			.filter((entry) -> registration.instanceId().equals(entry.instanceId()))
			.anyMatch((entry) -> entry.json().equals(RegistryEntry.toJson(registration, this.self, entry.json())));
	}

	private void put(RegistryDocument document, PortRegistration registration) {
		document.removeIf(this::isDead);
		RegistryEntry previous = document.find(registration.instanceId());
		if (previous == null) {
			previous = findStripped(document, registration);
		}
		ObjectNode json = RegistryEntry.toJson(registration, this.self, (previous != null) ? previous.json() : null);
		if (previous != null) {
			document.put(previous.key(), json);
		}
		else {
			document.add(registration.serviceName(), json);
		}
	}

	/**
	 * Find our own entry after a program that knows only the five first fields has
	 * rewritten it.
	 */
	private static @Nullable RegistryEntry findStripped(RegistryDocument document, PortRegistration registration) {
		return document.entries()
			.stream()
			.filter((entry) -> entry.instanceId() == null && entry.pid() == registration.pid()
					&& entry.serviceName().equals(registration.serviceName()))
			.filter((entry) -> {
				PortRegistration stripped = entry.toRegistration();
				return stripped != null && stripped.port() == registration.port();
			})
			.findFirst()
			.orElse(null);
	}

	@Override
	public void deregister(String instanceId) {
		update((document) -> document.removeIf((entry) -> instanceId.equals(entry.instanceId()) || isDead(entry)));
	}

	@Override
	public List<PortRegistration> registrations() {
		return registrations(read().document().entries(), this::isLive);
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		Snapshot snapshot = read();
		List<RegistryEntry> exact = snapshot.entries(serviceName);
		return registrations(exact.isEmpty() ? snapshot.entries(serviceName.toLowerCase(Locale.ROOT)) : exact,
				this::isLive);
	}

	@Override
	public List<PortRegistration> staleRegistrations() {
		return registrations(read().document().entries(), (entry) -> !isLive(entry));
	}

	private static List<PortRegistration> registrations(Collection<RegistryEntry> entries,
			Predicate<RegistryEntry> condition) {
		return entries.stream()
			.filter(condition)
			.flatMap((entry) -> Stream.ofNullable(entry.toRegistration()))
			.toList();
	}

	private boolean isDead(RegistryEntry entry) {
		return this.liveness.judge(entry) == Verdict.DEAD;
	}

	private boolean isLive(RegistryEntry entry) {
		return switch (this.liveness.judge(entry)) {
			case LIVE -> true;
			case DEAD, SUSPECT -> false;
			case UNKNOWN -> isReachable(entry.toRegistration());
		};
	}

	/**
	 * Tell whether something listens on the port. Only this machine is asked.
	 */
	private static boolean isReachable(@Nullable PortRegistration registration) {
		if (registration == null) {
			return false;
		}
		try (Socket socket = new Socket(Proxy.NO_PROXY)) {
			InetAddress address = InetAddress.getByName(registration.host());
			if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
				return false;
			}
			socket.connect(new InetSocketAddress(address, registration.port()), CONNECT_TIMEOUT_MILLIS);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public List<PortRegistration> prune() {
		List<RegistryEntry> pruned = new ArrayList<>();
		update((document) -> {
			pruned.clear();
			document.removeIf((entry) -> isDead(entry) && pruned.add(entry));
		});
		return registrations(pruned, (entry) -> true);
	}

	@Override
	public void verify() {
		Snapshot snapshot = read();
		if (snapshot.problem() != null) {
			throw new PortRegistryException("The port registry " + location() + " is broken: " + snapshot.problem()
					+ ". It is rebuilt by the next service that writes it", null);
		}
		Path existing = this.storage.folder();
		while (!Files.exists(existing) && existing.getParent() != null) {
			existing = existing.getParent();
		}
		if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
			throw new PortRegistryException("The port registry " + location() + " cannot be written: " + existing
					+ (Files.isDirectory(existing) ? " is not writable" : " is no folder"), null);
		}
	}

	@Override
	public String location() {
		return this.storage.file().toString();
	}

	private Snapshot read() {
		try {
			return this.reader.read();
		}
		catch (IOException | RuntimeException ex) {
			throw failure("read", ex);
		}
	}

	private void update(Consumer<RegistryDocument> change) {
		try {
			RegistryFormat.load();
			this.writer.update(change);
		}
		catch (IOException | RuntimeException ex) {
			throw failure("written", ex);
		}
	}

	private PortRegistryException failure(String verb, Exception ex) {
		return new PortRegistryException(
				"The port registry " + location() + " cannot be " + verb + ": " + reason(ex)
						+ ". Set AIDIS_PORT_REGISTRY or aidis.port.registry.file to a file in a folder of your own",
				ex);
	}

	/**
	 * Messages of the file system's exceptions are often no more than the path.
	 */
	private static String reason(Exception ex) {
		boolean telling = ex instanceof IOException && !(ex instanceof FileSystemException);
		return telling ? String.valueOf(ex.getMessage()) : ex.getClass().getSimpleName() + ": " + ex.getMessage();
	}

	@Override
	public String toString() {
		return "FilePortRegistry[" + location() + "]";
	}

}
