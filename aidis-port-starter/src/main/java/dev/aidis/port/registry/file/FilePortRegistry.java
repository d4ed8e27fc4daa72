package dev.aidis.port.registry.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.Daemons;
import dev.aidis.port.registry.GuardedObserver;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.RegistryChanges;
import dev.aidis.port.registry.file.RegistryReader.Snapshot;

/**
 * The registry in one JSON file. Reading takes no lock; every writer also removes the
 * entries of processes that have ended. While this process has registered something, or
 * somebody watches, a thread looks after the file; closing the registry ends it and
 * leaves the file as it is. Where look-ups of a service follow each other within a
 * second, a file by which Linux tells of its process stays open, of a hundred processes
 * at most, until that thread closes it, the next look-up that comes later, or the end of
 * the registry.
 *
 * @since 0.1.0
 */
public final class FilePortRegistry implements PortRegistry, AutoCloseable {

	private static final Log logger = LogFactory.getLog(FilePortRegistry.class);

	/**
	 * How long an instance must be missing to be gone for those who watch: a program that
	 * rewrites the file without a lock may leave one out for a moment, until its service
	 * puts it back.
	 */
	private static final Duration GRACE = Duration.ofMillis(200);

	private final RegistryStorage storage;

	private final RegistryAccess access;

	private final Liveness liveness;

	private final InstanceProbe probe;

	private final OwnInstances own;

	private final RegistryChanges changes = new RegistryChanges(GRACE);

	private final ProcessTable processes;

	private final Janitor janitor;

	private final RegistryKeeper keeper;

	private final Executor background = Daemons.executor("aidis-port-janitor");

	private final AtomicBoolean looking = new AtomicBoolean();

	/**
	 * Whether the file is others' business, and never written here.
	 */
	private boolean lookOnly;

	private volatile boolean closed;

	/**
	 * Create a registry on a file. Nothing is read or created yet.
	 * @param file the file
	 * @param properties how to use it
	 * @param probe asks instances whose process cannot be seen
	 */
	public FilePortRegistry(Path file, FileRegistryProperties properties, InstanceProbe probe) {
		this(file, properties, probe, PortRegistryObserver.NONE);
	}

	/**
	 * Create a registry on a file, which somebody observes. Nothing is read or created
	 * yet.
	 * @param file the file
	 * @param properties how to use it
	 * @param probe asks instances whose process cannot be seen
	 * @param observer is told what is done with the file
	 */
	public FilePortRegistry(Path file, FileRegistryProperties properties, InstanceProbe probe,
			PortRegistryObserver observer) {
		this(file, properties, probe, ProcessTable.system(), observer);
	}

	private FilePortRegistry(Path file, FileRegistryProperties properties, InstanceProbe probe, ProcessTable processes,
			PortRegistryObserver observer) {
		this(new RegistryStorage(file.toAbsolutePath().normalize(), new RegistryPermissions(properties.isShared()),
				properties.isSync()), properties, probe, processes, ProcessIdentity.current(processes), observer);
	}

	/**
	 * Return a registry on a file that is never written here, not even to remove the
	 * dead: another cluster's, whose services look after it.
	 * @param file the file
	 * @param properties how to use it
	 * @param probe asks instances whose process cannot be seen
	 * @return the registry, which refuses to register and to prune
	 */
	public static FilePortRegistry lookingAt(Path file, FileRegistryProperties properties, InstanceProbe probe) {
		FilePortRegistry registry = new FilePortRegistry(file, properties, probe);
		registry.lookOnly = true;
		return registry;
	}

	/**
	 * Create a registry on a file with the usual settings, which asks nobody.
	 * @param file the file
	 * @param lockTimeout how long a write waits for other processes that are writing
	 */
	public FilePortRegistry(Path file, Duration lockTimeout) {
		this(file, FileRegistryProperties.withLockTimeout(lockTimeout), InstanceProbe.NONE);
	}

	FilePortRegistry(RegistryStorage storage, FileRegistryProperties properties, InstanceProbe probe,
			ProcessTable processes, ProcessIdentity self) {
		this(storage, properties, probe, processes, self, PortRegistryObserver.NONE);
	}

	private FilePortRegistry(RegistryStorage storage, FileRegistryProperties properties, InstanceProbe probe,
			ProcessTable processes, ProcessIdentity self, PortRegistryObserver observer) {
		Path file = storage.file();
		PortRegistryObserver guarded = new GuardedObserver(observer);
		RegistryCodec codec = new RegistryCodec();
		RegistryReader reader = new RegistryReader(storage, codec);
		this.storage = storage;
		this.processes = processes;
		this.liveness = new Liveness(processes, self, (slot) -> LiveSlots.state(file, slot));
		RegistryHealer healer = new RegistryHealer(storage, reader::lastGood, this.liveness::isRegistered, guarded);
		RegistryLock lock = new RegistryLock(file, properties.getLockTimeout(), properties.isRequireLock());
		this.access = new RegistryAccess(file, reader, new RegistryWriter(storage, codec, lock, healer,
				(entry) -> entry.instanceId() != null && this.liveness.isRegistered(entry), guarded));
		this.probe = probe;
		this.own = new OwnInstances(file.toString(), this.access,
				new OwnEntries(storage, self, properties.getOnDuplicate()), this.liveness, guarded);
		this.janitor = new Janitor(properties.getCheckInterval());
		this.keeper = new RegistryKeeper(properties.getCheckInterval(), new FolderWatch(file, properties.isWatch()),
				this::isInUse, this.changes::isWatched, this::lookAfter);
	}

	/**
	 * Load what registries of this kind need: their classes and Jackson. Whoever creates
	 * and uses the first one does not wait for that any more. It touches no file of a
	 * registry, and takes some tens of milliseconds, so it is for another thread.
	 */
	public static void load() {
		RegistryFormat.load();
		new FilePortRegistry(Path.of(""), FileRegistryProperties.withLockTimeout(Duration.ZERO), InstanceProbe.NONE)
			.close();
	}

	/**
	 * Go through a registration and its removal once for this JVM, in a temporary folder,
	 * so that the first real one takes as little time as those after it. It takes some
	 * tens of milliseconds itself, so it is for another thread.
	 */
	public static void rehearse() {
		RegistryRehearsal.once();
	}

	/**
	 * Register, change and remove an instance, without anybody who looks after its entry.
	 */
	void rehearse(PortRegistration registration) {
		try {
			this.own.register(registration);
			this.own.register(registration.with((builder) -> builder.status(PortRegistration.Status.UP)));
		}
		finally {
			this.own.deregister(registration.instanceId());
		}
	}

	/**
	 * Tell whether the keeper has something to do. What could not be removed before the
	 * registry was closed is tried some more.
	 */
	private boolean isInUse() {
		return this.closed ? this.own.isRemoving() : !this.own.isEmpty() || this.changes.isWatched();
	}

	private void lookAfter() {
		this.processes.closeIdle();
		this.own.reassert();
		if (!this.closed && !this.looking.get()) {
			Snapshot snapshot = this.access.read();
			if (this.janitor.isDue(this.changes.isWatched(), snapshot.signature())) {
				this.looking.set(true);
				this.background.execute(() -> lookOnce(snapshot));
			}
		}
	}

	/**
	 * On a thread of its own: instances are slow to answer, and those who watch may be
	 * slow to listen.
	 */
	private void lookOnce(Snapshot snapshot) {
		try {
			this.janitor.measure(snapshot.signature(), () -> look(snapshot));
		}
		catch (RuntimeException ex) {
			logger.debug("Could not look at the entries of " + location(), ex);
		}
		finally {
			this.looking.set(false);
		}
	}

	/**
	 * Tell watchers what is new, and remove the dead.
	 */
	private void look(Snapshot snapshot) {
		Collection<RegistryEntry> entries = snapshot.document().entries();
		Liveness now = this.liveness.atThisMoment();
		if (this.changes.isWatched()) {
			this.changes.publish(registrations(entries, (entry) -> isShown(entry, now)));
		}
		if (!this.lookOnly && entries.stream().anyMatch(now::isDead)) {
			prune();
		}
	}

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		requireOwn();
		try {
			this.own.register(registration);
		}
		finally {
			this.keeper.start();
		}
	}

	private void requireOwn() {
		if (this.lookOnly) {
			throw new PortRegistryException("The port registry " + location()
					+ " is another cluster's and is only looked in. Its own services write it", null);
		}
	}

	@Override
	public void deregister(String instanceId) {
		try {
			this.own.deregister(instanceId);
		}
		finally {
			// It may have found nothing to do meanwhile.
			this.keeper.start();
		}
	}

	@Override
	public long ownChanges() {
		return RegistryStorage.replaced();
	}

	@Override
	public Optional<String> problem(String instanceId) {
		return this.own.problem(instanceId);
	}

	@Override
	public Watch watch(Consumer<PortRegistryChange> listener) {
		Runnable end = this.changes.add(listener);
		this.keeper.start();
		return end::run;
	}

	@Override
	public List<PortRegistration> registrations() {
		return shown(this.access.read().document().entries());
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		Snapshot snapshot = this.access.read();
		List<RegistryEntry> exact = snapshot.entries(serviceName);
		return shown(exact.isEmpty() ? snapshot.entries(serviceName.toLowerCase(Locale.ROOT)) : exact);
	}

	/**
	 * Most services have one instance, of which nothing is asked twice.
	 */
	private List<PortRegistration> shown(List<RegistryEntry> entries) {
		if (entries.isEmpty()) {
			return List.of();
		}
		if (entries.size() == 1) {
			RegistryEntry only = entries.get(0);
			PortRegistration registration = isShown(only, this.liveness) ? only.toRegistration() : null;
			return (registration != null) ? List.of(registration) : List.of();
		}
		Liveness now = this.liveness.atThisMoment();
		return registrations(entries, (entry) -> isShown(entry, now));
	}

	@Override
	public List<PortRegistration> staleRegistrations() {
		Liveness now = this.liveness.atThisMoment();
		return registrations(this.access.read().document().entries(), (entry) -> !isShown(entry, now));
	}

	private boolean isShown(RegistryEntry entry, Liveness now) {
		return switch (now.judge(entry)) {
			case LIVE -> true;
			case DEAD, SUSPECT -> false;
			case UNKNOWN -> isAnswering(entry, this.probe::answers);
			case ELSEWHERE -> isAnswering(entry, this.probe::isInstance);
		};
	}

	private static boolean isAnswering(RegistryEntry entry, Predicate<PortRegistration> question) {
		PortRegistration registration = entry.toRegistration();
		return registration != null && question.test(registration);
	}

	private static List<PortRegistration> registrations(Collection<RegistryEntry> entries,
			Predicate<RegistryEntry> condition) {
		List<PortRegistration> registrations = new ArrayList<>(entries.size());
		for (RegistryEntry entry : entries) {
			PortRegistration registration = condition.test(entry) ? entry.toRegistration() : null;
			if (registration != null) {
				registrations.add(registration);
			}
		}
		return List.copyOf(registrations);
	}

	@Override
	public List<PortRegistration> prune() {
		requireOwn();
		List<RegistryEntry> pruned = new ArrayList<>();
		this.access.update((document) -> {
			Liveness now = this.liveness.atThisMoment();
			pruned.clear();
			document.removeIf((entry) -> now.isDead(entry) && pruned.add(entry));
		});
		return registrations(pruned, (entry) -> true);
	}

	@Override
	public void verify() {
		verifyReadable();
		verifyWritable();
	}

	@Override
	public void verifyReadable() {
		Snapshot snapshot = this.access.read();
		if (snapshot.problem() != null && snapshot.settled()) {
			throw new PortRegistryException("The port registry " + location() + " is broken: " + snapshot.problem()
					+ ". It is rebuilt by the next service that writes it", null);
		}
	}

	@Override
	public void verifyWritable() {
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

	/**
	 * Return the path that the file has whichever links lead to it, also while it is not
	 * there: registries that have it in common are one.
	 * @return the path, with all links followed that can be
	 */
	public Path realPath() {
		return RealPath.of(this.storage.file());
	}

	/**
	 * End the thread that looks after the file, and close what is open. What this process
	 * has registered stays there, but is not put back any more.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.own.abandon();
		this.keeper.wake();
		this.processes.close();
	}

	@Override
	public String toString() {
		return "FilePortRegistry[" + location() + "]";
	}

}
