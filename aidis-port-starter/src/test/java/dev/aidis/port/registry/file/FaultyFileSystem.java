package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.aidis.port.registry.file.Faults.Hook;
import dev.aidis.port.registry.file.Faults.Variant;

/**
 * The default file system as one simulated process sees it: each I/O operation is
 * counted, one of them can be made to fail, and the process can be halted there as
 * {@code kill -9} would halt it. Each instance is a process of its own.
 * <p>
 * It stays one JVM, though: closing a channel, and so halting, drops the kernel's locks
 * of the whole JVM on that file, and an overlapping lock of another simulated process is
 * reported as {@link java.nio.channels.OverlappingFileLockException}. Events of a
 * {@link WatchService} come with paths of the default file system, and nothing can be
 * mapped into memory.
 */
final class FaultyFileSystem extends FileSystem {

	private final Path folder;

	private final Faults faults = new Faults();

	private final FileSystem real;

	private final FaultyFileSystemProvider provider;

	private final boolean posix;

	private final List<WatchService> watchServices = new CopyOnWriteArrayList<>();

	private FaultyFileSystem(Path folder, boolean posix) {
		this.folder = folder;
		this.posix = posix;
		this.real = folder.getFileSystem();
		this.provider = new FaultyFileSystemProvider(this, this.faults, this.real.provider());
	}

	/**
	 * Create a process.
	 * @param folder the folder that {@link #path} starts from
	 */
	static FaultyFileSystem over(Path folder) {
		return new FaultyFileSystem(folder, true);
	}

	/**
	 * Create a process whose file system has neither permissions nor a key for each file,
	 * as that of Windows.
	 * @param folder the folder that {@link #path} starts from
	 */
	static FaultyFileSystem withoutPosix(Path folder) {
		return new FaultyFileSystem(folder, false);
	}

	boolean isPosix() {
		return this.posix;
	}

	/**
	 * Return a path under the folder, through which the process does its I/O.
	 */
	Path path(String first, String... more) {
		return wrap(this.folder.resolve(this.real.getPath(first, more)));
	}

	/**
	 * Return the same path, through which the process does its I/O.
	 */
	Path wrap(Path path) {
		return new FaultyPath(this, this.faults, FaultyPath.unwrap(path));
	}

	/**
	 * Return the operations since the last {@link #reset}, each as its name and the name
	 * of the file; where there are two files, that of the target.
	 */
	List<String> operations() {
		return this.faults.operations();
	}

	/**
	 * Return all watch services that were ever opened.
	 */
	List<WatchService> watchServices() {
		return this.watchServices;
	}

	/**
	 * Let an operation fail with an {@link IOException}.
	 * @param number the number of the operation, counted from 1 since the last
	 * {@link #reset}
	 */
	void failAt(int number, Variant... variants) {
		this.faults.plan(number, false, variants);
	}

	/**
	 * Halt the process when it comes to an operation: whatever it has open is closed, and
	 * this and each later operation throws {@link Halted} and has no effect.
	 * @param number the number of the operation, counted from 1 since the last
	 * {@link #reset}
	 */
	void haltAt(int number, Variant... variants) {
		this.faults.plan(number, true, variants);
	}

	/**
	 * Let something happen just before each operation of a kind, until the next
	 * {@link #reset}.
	 * @param operation the operation, as {@link #operations} returns it
	 */
	void before(String operation, Hook hook) {
		this.faults.before(operation, hook);
	}

	boolean isHalted() {
		return this.faults.isHalted();
	}

	/**
	 * Forget the operations so far, and let no later one fail.
	 */
	void reset() {
		this.faults.reset();
	}

	@Override
	public FileSystemProvider provider() {
		return this.provider;
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException("The default file system stays open");
	}

	@Override
	public boolean isOpen() {
		return this.real.isOpen();
	}

	@Override
	public boolean isReadOnly() {
		return this.real.isReadOnly();
	}

	@Override
	public String getSeparator() {
		return this.real.getSeparator();
	}

	@Override
	public Iterable<Path> getRootDirectories() {
		Stream<Path> roots = StreamSupport.stream(this.real.getRootDirectories().spliterator(), false);
		return roots.map(this::wrap).toList();
	}

	@Override
	public Iterable<FileStore> getFileStores() {
		return this.real.getFileStores();
	}

	@Override
	public Set<String> supportedFileAttributeViews() {
		return this.posix ? this.real.supportedFileAttributeViews() : Set.of("basic", "owner");
	}

	@Override
	public Path getPath(String first, String... more) {
		return wrap(this.real.getPath(first, more));
	}

	@Override
	public PathMatcher getPathMatcher(String syntaxAndPattern) {
		PathMatcher matcher = this.real.getPathMatcher(syntaxAndPattern);
		return (path) -> matcher.matches(FaultyPath.unwrap(path));
	}

	@Override
	public UserPrincipalLookupService getUserPrincipalLookupService() {
		return this.real.getUserPrincipalLookupService();
	}

	@Override
	public WatchService newWatchService() throws IOException {
		WatchService service = this.faults.open("newWatchService", this.folder, this.real::newWatchService);
		this.watchServices.add(service);
		return service;
	}

	@Override
	public String toString() {
		return "FaultyFileSystem[" + this.folder + "]";
	}

}
