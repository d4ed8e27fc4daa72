package dev.aidis.port.registry.file;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class RegistryLockTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	@TempDir
	Path folder;

	Path file;

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@Test
	void returnsWhatTheActionReturnsAndLeavesTheLockFile() throws IOException {
		assertThat(lock().<String>hold(() -> "result")).isEqualTo("result");
		assertThat(RegistryLock.fileFor(this.file)).content().startsWith(ProcessHandle.current().pid() + " ");
	}

	@Test
	void passesOnWhatTheActionThrows() {
		assertThatIllegalStateException().isThrownBy(() -> lock().hold(() -> {
			throw new IllegalStateException("planted");
		})).withMessage("planted");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> lock().hold(() -> {
			throw new IOException("planted");
		})).withMessage("planted");
	}

	@Test
	void processesGetTheLockInTheOrderInWhichTheyAskedForIt() throws Exception {
		List<ConsoleProcess> waiting = new ArrayList<>();
		try {
			for (int number = 0; number < 3; number++) {
				waiting.add(RegistryConsole.start(this.file));
			}
			lock().hold(() -> {
				for (int number = 0; number < 3; number++) {
					long place = placesTaken() + 1;
					waiting.get(number).tell("lock");
					Awaitility.await().untilAsserted(() -> assertThat(placesTaken()).isEqualTo(place));
				}
				return null;
			});
			for (ConsoleProcess next : waiting) {
				assertThat(next.answer()).isEqualTo("locked");
				next.tell("");
				assertThat(next.answer()).isEqualTo("unlocked");
			}
		}
		finally {
			for (ConsoleProcess process : waiting) {
				process.close();
			}
		}
	}

	/**
	 * The number given out last. The file is read as a whole by a tool of the system's,
	 * since another channel of this JVM on it would drop its locks.
	 */
	private long placesTaken() throws IOException {
		Process cat = new ProcessBuilder("cat", RegistryLock.fileFor(this.file).toString()).start();
		return cat.inputReader()
			.lines()
			.skip(1)
			.mapToLong((line) -> Long.parseLong(line.strip()))
			.findFirst()
			.orElse(0);
	}

	@Test
	void counterThatIsNoNumberOrWasSetBackStopsNobody() throws Exception {
		lock().hold(() -> null);
		for (String counter : List.of("x".repeat(19), "-5", "99999999999999999", "1048575", "")) {
			Path file = RegistryLock.fileFor(this.file);
			Files.writeString(file, " ".repeat(LockHolder.LENGTH) + counter + "\n");
			assertThat(lock().<String>hold(() -> "result")).isEqualTo("result");
		}
		try (ConsoleProcess other = RegistryConsole.start(this.file)) {
			other.tell("lock");
			assertThat(other.answer()).isEqualTo("locked");
			Files.writeString(RegistryLock.fileFor(this.file), " ".repeat(LockHolder.LENGTH) + "0\n");
			Thread waiting = new Thread(() -> hold(lock(), () -> {
			}));
			waiting.start();
			other.tell("");
			assertThat(other.answer()).isEqualTo("unlocked");
			waiting.join();
		}
	}

	@Test
	void twoLocksOnOneFileInOneJvmExcludeEachOther() throws Exception {
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Thread[] threads = new Thread[4];
		for (int i = 0; i < threads.length; i++) {
			RegistryLock lock = lock();
			threads[i] = new Thread(() -> {
				for (int round = 0; round < 50; round++) {
					hold(lock, () -> {
						most.accumulateAndGet(inside.incrementAndGet(), Math::max);
						Thread.onSpinWait();
						inside.decrementAndGet();
					});
				}
			});
			threads[i].start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(most).hasValue(1);
	}

	@Test
	void givesUpAfterTheTimeoutNamesTheHolderAndDoesNotActLater() throws Exception {
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Thread holder = new Thread(() -> hold(lock(), () -> {
			held.countDown();
			release.await();
		}));
		holder.start();
		held.await();
		AtomicBoolean acted = new AtomicBoolean();
		RegistryLock impatient = new RegistryLock(this.file, Duration.ofMillis(20));
		assertThatExceptionOfType(RegistryLockedException.class)
			.isThrownBy(() -> impatient.hold(() -> acted.getAndSet(true)))
			.withMessageContaining(RegistryLock.fileFor(this.file).toString())
			.withMessageContaining("20 ms")
			.withMessageContaining("last taken by another thread of this process")
			.withMessageContaining("aidis.port.registry.lock-timeout");
		release.countDown();
		holder.join();
		// The same thread has served the given up action before this one.
		assertThat(new RegistryLock(this.file, LONG).<Boolean>hold(() -> true)).isTrue();
		assertThat(impatient.<Boolean>hold(() -> true)).isTrue();
		assertThat(acted).isFalse();
	}

	@Test
	void interruptOfACallerDropsNobodysLock() throws Exception {
		AtomicBoolean finished = new AtomicBoolean();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean stillInterrupted = new AtomicBoolean();
		Thread caller = new Thread(() -> {
			hold(lock(), () -> {
				begun.countDown();
				release.await();
				finished.set(true);
			});
			stillInterrupted.set(Thread.currentThread().isInterrupted());
		});
		caller.start();
		begun.await();
		caller.interrupt();
		release.countDown();
		caller.join();
		assertThat(finished).isTrue();
		assertThat(stillInterrupted).isTrue();
	}

	@Test
	void interruptedCallerGetsTheResultOfWhatHasBegun() throws IOException {
		Thread caller = Thread.currentThread();
		assertThat(lock().<String>hold(() -> {
			caller.interrupt();
			await().until(() -> caller.getState() == Thread.State.WAITING);
			return "result";
		})).isEqualTo("result");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void locksOfTwoFilesDoNotExcludeEachOther() throws IOException {
		RegistryLock other = new RegistryLock(this.folder.resolve("other.json"), LONG);
		assertThat(lock().<String>hold(() -> other.hold(() -> "entered"))).isEqualTo("entered");
	}

	@Test
	void lockFileThatIsDeletedWhileHeldIsCreatedAnew() throws IOException {
		Path lockFile = RegistryLock.fileFor(this.file);
		RegistryLock lock = lock();
		lock.hold(() -> {
			Files.delete(lockFile);
			return null;
		});
		assertThat(lockFile).doesNotExist();
		lock.hold(() -> null);
		assertThat(lockFile).exists();
	}

	@Test
	void leftoverLockFileIsNoObstacle() throws IOException {
		Files.writeString(RegistryLock.fileFor(this.file), "not a pid, and far longer than one would be\n");
		assertThat(lock().<Boolean>hold(() -> true)).isTrue();
	}

	/**
	 * As DevTools leaves it after a restart, or a container with two applications.
	 */
	@Test
	void classLoadersOfOneJvmExcludeEachOtherAndKeepTheLockFromOtherProcesses() throws Exception {
		URL[] classPath = Stream.of(RegistryLock.class, RegistryLockTests.class)
			.map((type) -> type.getProtectionDomain().getCodeSource().getLocation())
			.toArray(URL[]::new);
		try (URLClassLoader other = new OwnClassesFirst(classPath)) {
			Class<?> twin = other.loadClass(RegistryLock.class.getName());
			assertThat(twin).isNotEqualTo(RegistryLock.class);
			Constructor<?> constructor = twin.getDeclaredConstructor(Path.class, Duration.class);
			constructor.setAccessible(true);
			Method hold = twin.getDeclaredMethod("hold", Callable.class);
			hold.setAccessible(true);
			Object impatient = constructor.newInstance(this.file, Duration.ofMillis(50));
			Object patient = constructor.newInstance(this.file, LONG);
			lock().hold(() -> {
				assertThatExceptionOfType(InvocationTargetException.class)
					.isThrownBy(() -> hold.invoke(impatient, (Callable<String>) () -> "entered"))
					.havingCause()
					.matches((ex) -> ex.getClass().getSimpleName().equals("RegistryLockedException"));
				try (JavaProcess process = JavaProcess.start(RegistryProcess.class, "try-lock", this.file.toString())) {
					assertThat(process.awaitLine("lock is ")).isEqualTo("lock is held by another");
				}
				return null;
			});
			assertThat(hold.invoke(patient, (Callable<String>) () -> "entered")).isEqualTo("entered");
		}
	}

	@Test
	void fileSystemWithoutLocksIsRefusedWithTheReasonAndTheWayOut() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		failLock(fileSystem);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new RegistryLock(fileSystem.path("port-registry.json"), LONG).hold(() -> "entered"))
			.withMessageContaining("has no locks that work: planted failure")
			.withMessageContaining(Files.getFileStore(this.folder).type())
			.withMessageContaining("aidis.port.registry.require-lock=false");
	}

	@Test
	void fileSystemWithoutLocksIsUsedWhereThatIsAcceptedAndSaidOnce(CapturedOutput output) throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		RegistryLock lock = new RegistryLock(fileSystem.path("port-registry.json"), LONG, false);
		for (int round = 0; round < 2; round++) {
			failLock(fileSystem);
			assertThat(lock.<String>hold(() -> "entered")).isEqualTo("entered");
		}
		assertThat(output).containsOnlyOnce("without the lock").contains("planted failure");
	}

	@Test
	void actionThatHasBegunIsWaitedForBeyondTheTimeout() throws IOException {
		Thread caller = Thread.currentThread();
		RegistryLock impatient = new RegistryLock(this.file, Duration.ofMillis(500));
		assertThat(impatient.<String>hold(() -> {
			// With the timeout its wait ends, and another begins that has none.
			await().until(() -> caller.getState() == Thread.State.WAITING);
			return "result";
		})).isEqualTo("result");
	}

	@Test
	void whatTheKernelTakesForADeadlockIsTriedAgain() throws IOException {
		AtomicInteger attempts = new AtomicInteger();
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		RegistryLock lock = new RegistryLock(fileSystem.path("port-registry.json"), LONG);
		lock.hold(() -> null);
		fileSystem.before("lock port-registry.json.lock", () -> {
			if (attempts.incrementAndGet() < 3) {
				throw new IOException("Resource deadlock avoided");
			}
		});
		assertThat(lock.<String>hold(() -> "entered")).isEqualTo("entered");
		// Three times for the counter, then for the place before, then for the lock.
		assertThat(attempts).hasValue(5);
	}

	@Test
	void lockFileThatIsReplacedWhileItIsWaitedForIsNotTheLock() throws IOException {
		lock().hold(() -> null);
		Path lockFile = RegistryLock.fileFor(this.file);
		AtomicInteger attempts = new AtomicInteger();
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("lock port-registry.json.lock", () -> {
			if (attempts.incrementAndGet() == 1) {
				Files.move(lockFile, this.folder.resolve("replaced"));
				Files.createFile(lockFile);
			}
		});
		new RegistryLock(fileSystem.path("port-registry.json"), LONG)
			.hold(() -> assertThat(lockFile).content().startsWith(ProcessHandle.current().pid() + " "));
		assertThat(attempts).as("locked twice, with three steps each").hasValue(6);
	}

	@Test
	void lockIsTakenWhereFilesHaveNoKeys() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.withoutPosix(this.folder);
		assertThat(new RegistryLock(fileSystem.path("port-registry.json"), LONG).<String>hold(() -> "entered"))
			.isEqualTo("entered");
	}

	@Test
	void processThatNamedItselfLastIsNamedAndAnyOtherIsUnknown() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		assertThat(errorWhileAnotherHolds(fileSystem)).contains("last taken by an unknown process.");
		Files.writeString(RegistryLock.fileFor(this.file), "4711 \u001bservice.jar\n");
		assertThat(errorWhileAnotherHolds(fileSystem)).contains("last taken by process 4711 \\u001bservice.jar.");
	}

	@Test
	void holderThatCannotBeReadIsUnknown() throws IOException {
		lock().hold(() -> null);
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("read port-registry.json.lock", () -> {
			throw new IOException("planted failure");
		});
		assertThat(errorWhileAnotherHolds(fileSystem)).contains("last taken by an unknown process.");
	}

	@Test
	void queueWhoseCounterCannotBeReadOrWrittenStopsNobody() throws IOException {
		lock().hold(() -> null);
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		for (String operation : List.of("read", "write")) {
			AtomicInteger failures = new AtomicInteger();
			fileSystem.before(operation + " port-registry.json.lock", () -> {
				if (failures.incrementAndGet() == 1) {
					throw new IOException("planted failure");
				}
			});
			assertThat(new RegistryLock(fileSystem.path("port-registry.json"), LONG).<String>hold(() -> "entered"))
				.isEqualTo("entered");
			assertThat(failures).as(operation).hasPositiveValue();
		}
	}

	/**
	 * As on Windows.
	 */
	@Test
	void holderThatCannotBeReadWhileTheLockIsWaitedForIsUnknown() throws Exception {
		lock().hold(() -> null);
		CountDownLatch release = new CountDownLatch(1);
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("read port-registry.json.lock", () -> awaitUninterruptibly(release));
		assertThat(errorWhileAnotherHolds(fileSystem)).contains("last taken by an unknown process.");
		Thread caller = Thread.currentThread();
		fileSystem.before("read port-registry.json.lock", () -> {
			caller.interrupt();
			awaitUninterruptibly(release);
		});
		assertThat(errorWhileAnotherHolds(fileSystem)).contains("last taken by an unknown process.");
		assertThat(Thread.interrupted()).isTrue();
		release.countDown();
	}

	/**
	 * Return what one is told who waits for a lock in vain.
	 */
	private String errorWhileAnotherHolds(FaultyFileSystem fileSystem) throws IOException {
		CountDownLatch release = new CountDownLatch(1);
		fileSystem.before("lock port-registry.json.lock", () -> awaitUninterruptibly(release));
		RegistryLock impatient = new RegistryLock(fileSystem.path("port-registry.json"), Duration.ofMillis(500));
		try {
			impatient.hold(() -> "entered");
			throw new AssertionError("entered");
		}
		catch (RegistryLockedException ex) {
			return String.valueOf(ex.getMessage());
		}
		finally {
			fileSystem.before("read port-registry.json.lock", () -> {
			});
			release.countDown();
			awaitGivenUpAttempt(fileSystem);
		}
	}

	private void awaitGivenUpAttempt(FaultyFileSystem fileSystem) throws IOException {
		fileSystem.before("lock port-registry.json.lock", () -> {
		});
		boolean interrupted = Thread.interrupted();
		lock().hold(() -> null);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("nobody may interrupt this", ex);
		}
	}

	/**
	 * Let the next lock fail, as it does where the system has none.
	 */
	private void failLock(FaultyFileSystem fileSystem) throws IOException {
		RegistryLock lock = new RegistryLock(fileSystem.path("port-registry.json"), LONG);
		lock.hold(() -> null);
		fileSystem.reset();
		lock.hold(() -> null);
		List<String> operations = fileSystem.operations();
		int number = operations.indexOf("lock port-registry.json.lock") + 1;
		assertThat(number).as(operations.toString()).isPositive();
		fileSystem.reset();
		fileSystem.failAt(number);
	}

	private RegistryLock lock() {
		return new RegistryLock(this.file, LONG);
	}

	private static void hold(RegistryLock lock, Action action) {
		try {
			lock.hold(() -> {
				action.run();
				return null;
			});
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class OwnClassesFirst extends URLClassLoader {

		OwnClassesFirst(URL[] classPath) {
			super(classPath, RegistryLockTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				if (loaded == null && name.startsWith("dev.aidis.")) {
					loaded = findClass(name);
				}
				return (loaded != null) ? loaded : super.loadClass(name, resolve);
			}
		}

	}

	private interface Action {

		void run() throws Exception;

	}

}
