package dev.aidis.port.registry.file;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static dev.aidis.port.registry.file.FaultyPath.unwrap;

/**
 * Leads every I/O operation of a {@link FaultyFileSystem} through {@link Faults} to the
 * default file system.
 */
final class FaultyFileSystemProvider extends FileSystemProvider {

	private final FaultyFileSystem fileSystem;

	private final Faults faults;

	private final FileSystemProvider real;

	FaultyFileSystemProvider(FaultyFileSystem fileSystem, Faults faults, FileSystemProvider real) {
		this.fileSystem = fileSystem;
		this.faults = faults;
		this.real = real;
	}

	@Override
	public String getScheme() {
		return "faulty";
	}

	@Override
	public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
		throw new UnsupportedOperationException("Only FaultyFileSystem.over creates one");
	}

	@Override
	public FileSystem getFileSystem(URI uri) {
		return this.fileSystem;
	}

	@Override
	public Path getPath(URI uri) {
		return this.fileSystem.wrap(Path.of(uri));
	}

	@Override
	public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
		return new FaultyInputStream(
				this.faults.open("newInputStream", path, () -> this.real.newInputStream(unwrap(path), options)), path,
				this.faults);
	}

	@Override
	public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
			FileAttribute<?>... attributes) throws IOException {
		return open("newByteChannel", path, options, attributes);
	}

	@Override
	public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
			throws IOException {
		return open("newFileChannel", path, options, attributes);
	}

	private FileChannel open(String name, Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
			throws IOException {
		FileChannel channel = this.faults.open(name, path,
				() -> this.real.newFileChannel(unwrap(path), options, attributes));
		return new FaultyFileChannel(channel, path, this.faults);
	}

	@Override
	public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
			throws IOException {
		DirectoryStream<Path> stream = this.faults.open("newDirectoryStream", folder,
				() -> this.real.newDirectoryStream(unwrap(folder), (path) -> true));
		return new FaultyDirectoryStream(this.fileSystem, this.faults, folder, stream, filter);
	}

	@Override
	public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
		run("createDirectory", folder, () -> this.real.createDirectory(unwrap(folder), attributes));
	}

	@Override
	public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
		run("createSymbolicLink", link, () -> this.real.createSymbolicLink(unwrap(link), unwrap(target), attributes));
	}

	@Override
	public void createLink(Path link, Path existing) throws IOException {
		run("createLink", link, () -> this.real.createLink(unwrap(link), unwrap(existing)));
	}

	@Override
	public Path readSymbolicLink(Path link) throws IOException {
		return this.fileSystem
			.wrap(this.faults.run("readSymbolicLink", link, () -> this.real.readSymbolicLink(unwrap(link))));
	}

	@Override
	public void delete(Path path) throws IOException {
		run("delete", path, () -> this.real.delete(unwrap(path)));
	}

	@Override
	public boolean deleteIfExists(Path path) throws IOException {
		return this.faults.run("deleteIfExists", path, () -> this.real.deleteIfExists(unwrap(path)));
	}

	@Override
	public void copy(Path source, Path target, CopyOption... options) throws IOException {
		run("copy", target, () -> this.real.copy(unwrap(source), unwrap(target), options));
	}

	@Override
	public void move(Path source, Path target, CopyOption... options) throws IOException {
		run("move", target, () -> this.real.move(unwrap(source), unwrap(target), options));
	}

	@Override
	public boolean isSameFile(Path path, Path other) throws IOException {
		return this.faults.run("isSameFile", path, () -> this.real.isSameFile(unwrap(path), unwrap(other)));
	}

	@Override
	public boolean isHidden(Path path) throws IOException {
		return this.faults.run("isHidden", path, () -> this.real.isHidden(unwrap(path)));
	}

	@Override
	public FileStore getFileStore(Path path) throws IOException {
		return this.faults.run("getFileStore", path, () -> this.real.getFileStore(unwrap(path)));
	}

	@Override
	public void checkAccess(Path path, AccessMode... modes) throws IOException {
		run("checkAccess", path, () -> this.real.checkAccess(unwrap(path), modes));
	}

	@Override
	public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
			throws IOException {
		A attributes = this.faults.run("readAttributes", path,
				() -> this.real.readAttributes(unwrap(path), type, options));
		return this.fileSystem.isPosix() ? attributes : withoutKey(attributes, type);
	}

	private static <A extends BasicFileAttributes> A withoutKey(A attributes, Class<A> type) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method,
				arguments) -> method.getName().equals("fileKey") ? null : method.invoke(attributes, arguments)));
	}

	@Override
	public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
		return this.faults.run("readAttributes", path,
				() -> this.real.readAttributes(unwrap(path), attributes, options));
	}

	@Override
	public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
		run("setAttribute", path, () -> this.real.setAttribute(unwrap(path), attribute, value, options));
	}

	/**
	 * Return a view whose methods are operations of their own names.
	 */
	@Override
	public <V extends FileAttributeView> @Nullable V getFileAttributeView(Path path, Class<V> type,
			LinkOption... options) {
		V view = this.real.getFileAttributeView(unwrap(path), type, options);
		return (view != null) ? type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> call(path, view, method, arguments))) : null;
	}

	private @Nullable Object call(Path path, FileAttributeView view, Method method, Object[] arguments)
			throws IOException {
		boolean doesIo = Arrays.asList(method.getExceptionTypes()).contains(IOException.class);
		return doesIo ? this.faults.run(method.getName(), path, () -> call(view, method, arguments))
				: call(view, method, arguments);
	}

	private static @Nullable Object call(FileAttributeView view, Method method, Object[] arguments) throws IOException {
		try {
			return method.invoke(view, arguments);
		}
		catch (InvocationTargetException ex) {
			if (ex.getCause() instanceof IOException ioException) {
				throw ioException;
			}
			if (ex.getCause() instanceof RuntimeException runtimeException) {
				throw runtimeException;
			}
			throw new UndeclaredThrowableException(ex.getCause());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void run(String name, Path path, Effect effect) throws IOException {
		this.faults.run(name, path, () -> {
			effect.apply();
			return null;
		});
	}

	/**
	 * An operation that returns nothing.
	 */
	private interface Effect {

		void apply() throws IOException;

	}

}
