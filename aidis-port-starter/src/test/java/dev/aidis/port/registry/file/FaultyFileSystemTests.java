package dev.aidis.port.registry.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.registry.file.Faults.Variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class FaultyFileSystemTests {

	@TempDir
	Path folder;

	FaultyFileSystem process;

	Path file;

	@BeforeEach
	void createProcess() {
		this.process = FaultyFileSystem.over(this.folder);
		this.file = this.process.path("file");
	}

	@Test
	void operationsAreListedInTheirOrder() throws IOException {
		Path temporary = this.process.path("temporary");
		try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE)) {
			try (FileLock lock = channel.tryLock()) {
				channel.write(bytes("content"));
				channel.truncate(3);
				channel.force(false);
			}
		}
		Files.move(temporary, this.file, StandardCopyOption.ATOMIC_MOVE);
		try (InputStream input = Files.newInputStream(this.file)) {
			assertThat(input.read(new byte[3])).isEqualTo(3);
		}
		Files.readAttributes(this.file, BasicFileAttributes.class);
		Files.getFileAttributeView(this.file, BasicFileAttributeView.class)
			.setTimes(FileTime.fromMillis(0), null, null);
		assertThat(this.process.operations()).containsExactly("newFileChannel temporary", "tryLock temporary",
				"write temporary", "truncate temporary", "force temporary", "release temporary", "close temporary",
				"move file", "newInputStream file", "read file", "close file", "readAttributes file", "setTimes file");
		this.process.reset();
		assertThat(this.process.operations()).isEmpty();
	}

	@Test
	void whatIsToHappenBeforeAnOperationHappensEachTimeUntilTheReset() throws IOException {
		List<String> happened = new ArrayList<>();
		this.process.before("checkAccess file", () -> {
			happened.add("before");
			Files.writeString(this.folder.resolve("file"), "content");
		});
		assertThat(Files.exists(this.process.path("other"))).isFalse();
		assertThat(Files.exists(this.file)).isTrue();
		assertThat(Files.exists(this.file)).isTrue();
		assertThat(happened).hasSize(2);
		this.process.reset();
		assertThat(Files.exists(this.file)).isTrue();
		assertThat(happened).hasSize(2);
	}

	@Test
	void whatFailsBeforeAnOperationIsItsFailure() {
		this.process.before("checkAccess file", () -> {
			throw new NoSuchFileException("planted");
		});
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> this.process.provider().checkAccess(this.file))
			.withMessage("planted");
	}

	@Test
	void withoutPosixThereAreNeitherPermissionsNorKeys() throws IOException {
		Path windows = FaultyFileSystem.withoutPosix(this.folder).path("file");
		Files.writeString(windows, "content");
		assertThat(windows.getFileSystem().supportedFileAttributeViews()).doesNotContain("posix", "unix");
		BasicFileAttributes attributes = Files.readAttributes(windows, BasicFileAttributes.class);
		assertThat(attributes.fileKey()).isNull();
		assertThat(attributes.size()).isEqualTo(7);
	}

	@Test
	void everyCallThatDoesIoIsOneOperation() throws IOException {
		Files.writeString(this.folder.resolve("file"), "content");
		Path other = this.process.path("other");
		Path link = this.process.path("link");
		Path child = this.process.path("child");
		String name = this.folder.getFileName().toString();
		assertOperations(() -> Files.exists(this.file), "checkAccess file");
		assertOperations(() -> Files.isWritable(this.file), "checkAccess file");
		assertOperations(() -> Files.isDirectory(this.file), "readAttributes file");
		assertOperations(() -> Files.readAttributes(this.file, "*"), "readAttributes file");
		assertOperations(() -> Files.setAttribute(this.file, "lastModifiedTime", FileTime.fromMillis(0)),
				"setAttribute file");
		assertOperations(() -> Files.getOwner(this.file), "getOwner file");
		assertOperations(() -> Files.createDirectory(child), "createDirectory child");
		assertOperations(() -> Files.createLink(other, this.file), "createLink other");
		assertOperations(() -> Files.createSymbolicLink(link, this.file), "createSymbolicLink link");
		assertOperations(() -> Files.readSymbolicLink(link), "readSymbolicLink link");
		assertOperations(() -> link.toRealPath(), "toRealPath link");
		assertOperations(() -> Files.isSameFile(link, other), "isSameFile link");
		assertOperations(() -> Files.isHidden(this.file), "isHidden file");
		assertOperations(() -> Files.getFileStore(this.file), "getFileStore file");
		assertOperations(() -> Files.delete(link), "delete link");
		assertOperations(() -> Files.deleteIfExists(link), "deleteIfExists link");
		assertOperations(() -> Files.copy(this.file, link), "copy link");
		assertOperations(() -> Files.move(link, other, StandardCopyOption.REPLACE_EXISTING), "move other");
		assertOperations(() -> listed(child), "newDirectoryStream child", "iterate child", "close child");
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			assertOperations(() -> channel.read(ByteBuffer.allocate(1)), "read file");
			assertOperations(() -> channel.read(new ByteBuffer[] { ByteBuffer.allocate(1) }), "read file");
			assertOperations(() -> channel.read(ByteBuffer.allocate(1), 0), "read file");
			assertOperations(() -> channel.write(bytes("c"), 0), "write file");
			assertOperations(() -> channel.write(new ByteBuffer[] { bytes("c") }), "write file");
			assertOperations(channel::size, "size file");
			assertOperations(() -> channel.lock(), "lock file");
			assertOperations(() -> channel.transferTo(0, 1, Channels.newChannel(new ByteArrayOutputStream())),
					"transferTo file");
			assertOperations(
					() -> channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[1])), 0, 1),
					"transferFrom file");
		}
		try (InputStream input = Files.newInputStream(this.file)) {
			assertOperations(input::read, "read file");
			assertOperations(input::available, "available file");
			assertOperations(() -> input.skip(1), "skip file");
		}
		try (WatchService watcher = this.process.newWatchService()) {
			assertThat(this.process.operations()).contains("newWatchService " + name);
			assertOperations(() -> child.register(watcher, StandardWatchEventKinds.ENTRY_CREATE), "register child");
		}
	}

	@Test
	void plannedOperationFailsWithoutEffectAndOnlyOnce() throws IOException {
		Files.writeString(this.folder.resolve("file"), "content");
		this.process.failAt(2);
		assertThat(Files.exists(this.file)).isTrue();
		assertThatIOException().isThrownBy(() -> Files.delete(this.file))
			.withMessage("planted failure of operation 2: delete file");
		assertThat(this.folder.resolve("file")).exists();
		Files.delete(this.file);
		assertThat(this.folder.resolve("file")).doesNotExist();
	}

	@Test
	void lastingFailureEndsWithAReset() throws IOException {
		this.process.failAt(2, Variant.LASTING);
		Files.createDirectory(this.file);
		for (int attempt = 2; attempt < 5; attempt++) {
			assertThatIOException().isThrownBy(() -> Files.delete(this.file))
				.withMessage("planted failure of operation " + attempt + ": delete file");
		}
		this.process.reset();
		Files.delete(this.file);
		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void partlyFailedWriteHasWrittenHalf() throws IOException {
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			ByteBuffer content = bytes("12345678");
			List<Operation> writes = List.of(() -> channel.write(content), () -> channel.write(content, 0),
					() -> channel.write(new ByteBuffer[] { bytes("123"), bytes("45678") }),
					() -> channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(content.array())), 0, 8));
			for (Operation write : writes) {
				channel.truncate(0);
				this.process.reset();
				this.process.failAt(1, Variant.PARTLY);
				assertThatIOException().isThrownBy(write::run).withMessageContaining("planted");
				assertThat(this.folder.resolve("file")).hasContent("1234");
				assertThat(content.position()).isZero();
			}
		}
		this.process.reset();
		this.process.failAt(2, Variant.PARTLY);
		assertThatIOException().isThrownBy(() -> Files.writeString(this.file, "123456"));
		assertThat(this.folder.resolve("file")).hasContent("123");
	}

	@Test
	void closingThatFailsHasClosedNevertheless() throws IOException {
		FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		channel.lock();
		this.process.reset();
		this.process.failAt(1);
		assertThatIOException().isThrownBy(channel::close).withMessageContaining("close file");
		assertThat(channel.isOpen()).isFalse();
		assertLockIsFree();
	}

	@Test
	void stepOfADirectoryStreamCanFail() throws IOException {
		Files.createDirectory(this.file);
		Files.createFile(this.file.resolve("child"));
		this.process.reset();
		this.process.failAt(2);
		assertThatExceptionOfType(DirectoryIteratorException.class).isThrownBy(() -> listed(this.file))
			.withMessageContaining("planted failure of operation 2: iterate file");
	}

	@Test
	void haltedProcessCleansNothingUp() throws IOException {
		this.process.haltAt(3);
		assertThatExceptionOfType(Halted.class).isThrownBy(() -> {
			try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE,
					StandardOpenOption.WRITE)) {
				channel.write(bytes("1234"));
				channel.write(bytes("5678"));
			}
			finally {
				Files.delete(this.file);
			}
		}).withMessage("halted at operation 3: write file");
		assertThat(this.folder.resolve("file")).hasContent("1234");
		assertThat(this.process.isHalted()).isTrue();
	}

	@Test
	void haltedWriteCanHaveWrittenHalf() throws IOException {
		this.process.haltAt(2, Variant.PARTLY);
		assertThatExceptionOfType(Halted.class).isThrownBy(() -> Files.writeString(this.file, "12345678"));
		assertThat(this.folder.resolve("file")).hasContent("1234");
	}

	@Test
	void haltingClosesWhatIsOpenAndNothingWorksAnyMore() throws IOException {
		Files.writeString(this.file, "content");
		Path directory = Files.createDirectory(this.process.path("directory"));
		Files.createFile(directory.resolve("child"));
		FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE);
		FileLock lock = channel.lock();
		InputStream input = Files.newInputStream(this.file);
		DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
		WatchService watcher = this.process.newWatchService();
		this.process.reset();
		this.process.haltAt(1);
		List<Operation> operations = List.of(() -> Files.delete(this.file),
				() -> Files.writeString(this.file, "changed"), () -> channel.write(bytes("changed")),
				() -> channel.read(ByteBuffer.allocate(1)), channel::position, () -> channel.position(1),
				() -> channel.truncate(0), () -> channel.force(true), channel::size, channel::lock, channel::tryLock,
				lock::release, channel::close, input::read, input::close, () -> stream.iterator().hasNext(),
				stream::close, () -> Files.exists(this.file), () -> Files.isDirectory(this.file),
				() -> Files.getOwner(this.file), this.process::newWatchService, this.file::toRealPath,
				() -> directory.register(watcher, StandardWatchEventKinds.ENTRY_CREATE), this.process::reset);
		for (Operation operation : operations) {
			assertThatExceptionOfType(Halted.class).isThrownBy(operation::run)
				.withMessage("halted at operation 1: delete file");
		}
		assertThat(this.folder.resolve("file")).hasContent("content");
		assertThat(lock.isValid()).isFalse();
		assertLockIsFree();
	}

	@Test
	void haltingFreesALockForOtherProcesses() throws Exception {
		Path registryFile = this.folder.resolve("port-registry.json");
		Path lockFile = this.process.wrap(RegistryLock.fileFor(registryFile));
		FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		channel.lock();
		try (JavaProcess other = JavaProcess.start(RegistryProcess.class, "try-lock", registryFile.toString())) {
			assertThat(other.awaitLine("lock is ")).isEqualTo("lock is held by another");
		}
		this.process.reset();
		this.process.haltAt(1);
		assertThatExceptionOfType(Halted.class).isThrownBy(() -> Files.exists(this.file));
		try (JavaProcess other = JavaProcess.start(RegistryProcess.class, "lock", registryFile.toString())) {
			assertThat(other.awaitLine("locked")).isEqualTo("locked");
		}
	}

	@Test
	void haltingReachesAThreadThatWaitsForALock() throws Exception {
		Path registryFile = this.folder.resolve("port-registry.json");
		try (JavaProcess holder = JavaProcess.start(RegistryProcess.class, "lock", registryFile.toString())) {
			holder.awaitLine("locked");
			Path lockFile = this.process.wrap(RegistryLock.fileFor(registryFile));
			FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
			CompletableFuture<FileLock> waiting = CompletableFuture
				.supplyAsync(() -> lock(channel), FaultyFileSystemTests::startThread)
				.orTimeout(1, TimeUnit.MINUTES);
			Awaitility.await().until(() -> this.process.operations().contains("lock " + lockFile.getFileName()));
			this.process.reset();
			this.process.haltAt(1);
			assertThatExceptionOfType(Halted.class).isThrownBy(() -> Files.exists(this.file));
			assertThatExceptionOfType(CompletionException.class).isThrownBy(waiting::join)
				.withCauseInstanceOf(Halted.class);
		}
	}

	@Test
	void threadsOfOneProcessCountTogetherAndAllAreHalted() {
		this.process.haltAt(401);
		List<CompletableFuture<Void>> threads = Stream.generate(() -> CompletableFuture.runAsync(() -> {
			while (true) {
				Files.exists(this.file);
			}
		}, FaultyFileSystemTests::startThread).orTimeout(1, TimeUnit.MINUTES)).limit(4).toList();
		for (CompletableFuture<Void> thread : threads) {
			assertThatExceptionOfType(CompletionException.class).isThrownBy(thread::join)
				.withCauseInstanceOf(Halted.class);
		}
		assertThat(this.process.operations()).hasSize(401);
	}

	@Test
	void interruptClosesTheChannelAsItWouldTheRealOne() throws IOException {
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(ClosedByInterruptException.class)
				.isThrownBy(() -> channel.write(bytes("content")));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(channel.isOpen()).isFalse();
		}
	}

	@Test
	void doesWhatTheDefaultFileSystemDoes() throws IOException {
		Path realFolder = Files.createDirectory(this.folder.resolve("real"));
		Path faultyFolder = Files.createDirectory(this.process.path("faulty"));
		assertThat(exercise(faultyFolder)).isNotEmpty().isEqualTo(exercise(realFolder));
		assertThat(this.process.supportedFileAttributeViews())
			.isEqualTo(this.folder.getFileSystem().supportedFileAttributeViews());
	}

	/**
	 * Return what a number of calls returns or throws.
	 */
	private static List<Object> exercise(Path folder) throws IOException {
		List<Object> results = new ArrayList<>();
		Path file = folder.resolve("file");
		Path copy = file.resolveSibling("copy");
		Files.writeString(file, "first\n");
		Files.writeString(file, "second\n", StandardOpenOption.APPEND);
		results.add(Files.readString(file));
		results.add(Files.readAllLines(file));
		results.add(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
		results.add(Files.size(file));
		results.add(Files.copy(file, copy).getFileName().toString());
		results.add(Files.mismatch(file, copy));
		results.add(thrownBy(() -> Files.copy(file, copy)));
		results.add(thrownBy(() -> Files.delete(folder.resolve("missing"))));
		results.add(thrownBy(() -> Files.newInputStream(folder.resolve("missing"))));
		results.add(thrownBy(() -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
		results.add(Files.isSameFile(file, copy));
		Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r-----"));
		results.add(Files.getPosixFilePermissions(copy));
		results.add(Files.getOwner(copy));
		results.add(Files.getFileAttributeView(copy, FileOwnerAttributeView.class).name());
		Files.setLastModifiedTime(copy, FileTime.fromMillis(1000));
		results.add(Files.getAttribute(copy, "lastModifiedTime"));
		Files.createSymbolicLink(folder.resolve("link"), copy.getFileName());
		results.add(Files.readSymbolicLink(folder.resolve("link")).toString());
		results.add(Files.isSymbolicLink(folder.resolve("link")));
		results.add(Files.exists(folder.resolve("link"), LinkOption.NOFOLLOW_LINKS));
		Path temporary = Files.createTempDirectory(folder, "temporary");
		results.add(temporary.getFileName().toString().startsWith("temporary"));
		Files.delete(temporary);
		Files.createDirectories(folder.resolve("a/b/c"));
		try (Stream<Path> walked = Files.walk(folder)) {
			results.add(walked.map((path) -> folder.relativize(path).toString()).sorted().toList());
		}
		try (DirectoryStream<Path> matching = Files.newDirectoryStream(folder, "c*")) {
			matching.forEach((path) -> results.add(path.getFileName().toString()));
		}
		try (var writer = Files.newBufferedWriter(copy)) {
			writer.write("third");
		}
		results.add(Files.readString(copy));
		return results;
	}

	private static String thrownBy(Operation operation) {
		try {
			operation.run();
			return "nothing";
		}
		catch (Throwable ex) {
			return ex.getClass().getName();
		}
	}

	@Test
	void pathsStayInTheirFileSystem() {
		Path path = this.process.path("a", "b", "c");
		Path real = this.folder.resolve("a/b/c");
		assertThat(path).hasToString(real.toString()).isNotEqualTo(real);
		assertThat(path.toUri()).isEqualTo(real.toUri());
		List<Path> derived = List.of(path.resolve("d"), path.resolve(Path.of("d")), path.resolve(real),
				path.resolveSibling("d"), path.resolveSibling(Path.of("d")), path.getParent(), path.getRoot(),
				path.getFileName(), path.getName(0), path.subpath(0, 1), path.toAbsolutePath(), path.normalize(),
				path.relativize(real), path.iterator().next(), this.process.getPath("d"),
				this.process.getRootDirectories().iterator().next());
		assertThat(derived).allSatisfy((one) -> {
			assertThat(one).isInstanceOf(FaultyPath.class);
			assertThat(one.getFileSystem()).isSameAs(this.process);
		});
		assertThat(path.resolveSibling("d")).hasToString(real.resolveSibling("d").toString());
		assertThat(path.startsWith(this.folder)).isTrue();
		assertThat(path.startsWith(this.process.wrap(this.folder))).isTrue();
		assertThat(path.endsWith("b/c")).isTrue();
		assertThat(path).isEqualTo(this.process.wrap(real)).hasSameHashCodeAs(this.process.wrap(real));
		assertThat(path.compareTo(this.process.wrap(real))).isZero();
		assertThat(path).isNotEqualTo(FaultyFileSystem.over(this.folder).wrap(real));
		assertThat(this.process.getPathMatcher("glob:**/c").matches(path)).isTrue();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(path::toFile);
	}

	@Test
	void movesBetweenProcessesAndFromTheDefaultFileSystem() throws IOException {
		Files.writeString(this.file, "content");
		Path other = FaultyFileSystem.over(this.folder).path("other");
		assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
			.isThrownBy(() -> Files.move(this.file, other, StandardCopyOption.ATOMIC_MOVE));
		Files.move(this.file, other);
		Files.move(this.folder.resolve("other"), this.file);
		assertThat(this.folder.resolve("file")).hasContent("content");
		assertThat(thrownBy(() -> Files.createDirectory(this.file)))
			.isEqualTo(FileAlreadyExistsException.class.getName());
		assertThat(thrownBy(() -> Files.delete(other))).isEqualTo(NoSuchFileException.class.getName());
	}

	private void assertOperations(Operation operation, String... expected) {
		this.process.reset();
		assertThat(thrownBy(operation)).isEqualTo("nothing");
		assertThat(this.process.operations()).containsExactly(expected);
	}

	private void assertLockIsFree() throws IOException {
		try (FileChannel channel = FileChannel.open(this.folder.resolve("file"), StandardOpenOption.WRITE)) {
			assertThat(channel.tryLock()).isNotNull();
		}
	}

	private static void startThread(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
	}

	private static FileLock lock(FileChannel channel) {
		try {
			return channel.lock();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Path> listed(Path directory) throws IOException {
		try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
			List<Path> listed = new ArrayList<>();
			stream.forEach(listed::add);
			return listed;
		}
	}

	private static ByteBuffer bytes(String content) {
		return ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
	}

	private interface Operation {

		void run() throws Exception;

	}

}
