package dev.aidis.port.registry.file;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

import org.jspecify.annotations.Nullable;

/**
 * A path of a {@link FaultyFileSystem}. It takes paths of the default file system as
 * arguments, too, and what it returns is always one of its own kind.
 */
final class FaultyPath implements Path {

	private final FaultyFileSystem fileSystem;

	private final Faults faults;

	private final Path real;

	FaultyPath(FaultyFileSystem fileSystem, Faults faults, Path real) {
		this.fileSystem = fileSystem;
		this.faults = faults;
		this.real = real;
	}

	static Path unwrap(Path path) {
		return (path instanceof FaultyPath faulty) ? faulty.real : path;
	}

	private Path wrap(Path path) {
		return new FaultyPath(this.fileSystem, this.faults, path);
	}

	private @Nullable Path wrapNullable(@Nullable Path path) {
		return (path != null) ? wrap(path) : null;
	}

	@Override
	public FaultyFileSystem getFileSystem() {
		return this.fileSystem;
	}

	@Override
	public boolean isAbsolute() {
		return this.real.isAbsolute();
	}

	@Override
	public @Nullable Path getRoot() {
		return wrapNullable(this.real.getRoot());
	}

	@Override
	public @Nullable Path getFileName() {
		return wrapNullable(this.real.getFileName());
	}

	@Override
	public @Nullable Path getParent() {
		return wrapNullable(this.real.getParent());
	}

	@Override
	public int getNameCount() {
		return this.real.getNameCount();
	}

	@Override
	public Path getName(int index) {
		return wrap(this.real.getName(index));
	}

	@Override
	public Path subpath(int beginIndex, int endIndex) {
		return wrap(this.real.subpath(beginIndex, endIndex));
	}

	@Override
	public boolean startsWith(Path other) {
		return this.real.startsWith(unwrap(other));
	}

	@Override
	public boolean endsWith(Path other) {
		return this.real.endsWith(unwrap(other));
	}

	@Override
	public Path normalize() {
		return wrap(this.real.normalize());
	}

	@Override
	public Path resolve(Path other) {
		return wrap(this.real.resolve(unwrap(other)));
	}

	@Override
	public Path resolveSibling(Path other) {
		return wrap(this.real.resolveSibling(unwrap(other)));
	}

	@Override
	public Path relativize(Path other) {
		return wrap(this.real.relativize(unwrap(other)));
	}

	@Override
	public URI toUri() {
		return this.real.toUri();
	}

	@Override
	public Path toAbsolutePath() {
		return wrap(this.real.toAbsolutePath());
	}

	@Override
	public Path toRealPath(LinkOption... options) throws IOException {
		return wrap(this.faults.run("toRealPath", this.real, () -> this.real.toRealPath(options)));
	}

	@Override
	public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
			throws IOException {
		return this.faults.run("register", this.real, () -> this.real.register(watcher, events, modifiers));
	}

	@Override
	public int compareTo(Path other) {
		return this.real.compareTo(unwrap(other));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FaultyPath path && this.fileSystem == path.fileSystem && this.real.equals(path.real);
	}

	@Override
	public int hashCode() {
		return this.real.hashCode();
	}

	@Override
	public String toString() {
		return this.real.toString();
	}

}
