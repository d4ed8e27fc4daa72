package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How long a wait takes is told by whether it outlasts the test's patience: those that
 * must end by a notification are given an hour, those that must not a moment.
 */
class FolderWatchTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration MOMENT = Duration.ofMillis(50);

	@TempDir
	Path folder;

	Path file;

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@Test
	void changeOfTheFileEndsTheWait() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.file, true)) {
			watch.await(MOMENT);
			CompletableFuture<Void> wait = start(watch, HOUR);
			Files.writeString(this.file, "{}");
			wait.get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void filesThatTakeItsPlaceEndTheWaitAndOthersDoNot() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.file, true)) {
			watch.await(MOMENT);
			CompletableFuture<Void> wait = start(watch, HOUR);
			Path other = Files.writeString(this.folder.resolve("other"), "{}");
			assertThat(wait.isDone()).isFalse();
			Files.move(other, this.file);
			wait.get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void folderThatIsDeletedEndsTheWaitAndOneThatComesAgainIsWatched() throws Exception {
		Path deeper = Files.createDirectory(this.folder.resolve("run"));
		try (FolderWatch watch = new FolderWatch(deeper.resolve("port-registry.json"), true)) {
			watch.await(MOMENT);
			CompletableFuture<Void> wait = start(watch, HOUR);
			Files.delete(deeper);
			wait.get(1, TimeUnit.MINUTES);
			watch.await(MOMENT);
			Files.createDirectory(deeper);
			watch.await(MOMENT);
			CompletableFuture<Void> again = start(watch, HOUR);
			Files.writeString(deeper.resolve("port-registry.json"), "{}");
			again.get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void waitEndsByItselfWhereThereAreNoNotifications() throws Exception {
		try (FolderWatch none = new FolderWatch(this.file, false);
				FolderWatch absent = new FolderWatch(this.folder.resolve("absent").resolve("x.json"), true)) {
			none.await(MOMENT);
			absent.await(MOMENT);
		}
	}

	@Test
	void systemThatRefusesToNotifyIsAskedOnceAndTheWaitEndsByItself() throws Exception {
		for (Exception refusal : List.of(new IOException("User limit of inotify instances reached"),
				new UnsupportedOperationException())) {
			AtomicInteger questions = new AtomicInteger();
			FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
			fileSystem.before("newWatchService " + this.folder.getFileName(), () -> {
				questions.incrementAndGet();
				if (refusal instanceof IOException ioException) {
					throw ioException;
				}
				throw (RuntimeException) refusal;
			});
			try (FolderWatch watch = new FolderWatch(fileSystem.wrap(this.file), true)) {
				watch.await(MOMENT);
				watch.await(MOMENT);
			}
			assertThat(questions).hasValue(1);
		}
	}

	@Test
	void folderThatIsDeletedBeforeItIsWatchedIsWatchedOnceItIsThereAgain() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("register " + this.folder.getFileName(), () -> {
			if (attempts.incrementAndGet() == 1) {
				throw new NoSuchFileException(this.folder.toString());
			}
		});
		try (FolderWatch watch = new FolderWatch(fileSystem.wrap(this.file), true)) {
			watch.await(MOMENT);
			assertThat(attempts).hasValue(1);
			watch.await(MOMENT);
			assertThat(attempts).hasValue(2);
			CompletableFuture<Void> wait = start(watch, HOUR);
			Files.writeString(this.file, "{}");
			wait.get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void waitOutlastsChangesOfOtherFiles() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.file, true)) {
			watch.await(MOMENT);
			long start = System.nanoTime();
			Files.writeString(this.folder.resolve("other"), "{}");
			watch.await(MOMENT);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(MOMENT);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void moreChangesThanTheSystemKeepsEndTheWait() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.file, true)) {
			watch.await(MOMENT);
			for (int number = 0; number < 5000; number++) {
				Files.createFile(this.folder.resolve("other-" + number));
			}
			start(watch, HOUR).get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void fileThatIsInNoFolderIsJustWaitedFor() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.folder.getRoot(), true)) {
			watch.await(MOMENT);
		}
	}

	@Test
	void watchThatWasClosedWatchesAgain() throws Exception {
		try (FolderWatch watch = new FolderWatch(this.file, true)) {
			watch.await(MOMENT);
			watch.close();
			watch.close();
			watch.await(MOMENT);
			CompletableFuture<Void> wait = start(watch, HOUR);
			Files.writeString(this.file, "{}");
			wait.get(1, TimeUnit.MINUTES);
		}
	}

	/**
	 * A user may have few of them.
	 */
	@Test
	void whatNotifiesIsClosedWhenItIsNotUsedAnyMore() throws Exception {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		try (FolderWatch watch = new FolderWatch(fileSystem.wrap(this.file), true)) {
			watch.await(MOMENT);
		}
		fileSystem.before("register " + this.folder.getFileName(), () -> {
			throw new IOException("planted failure");
		});
		try (FolderWatch watch = new FolderWatch(fileSystem.wrap(this.file), true)) {
			watch.await(MOMENT);
		}
		assertThat(fileSystem.watchServices()).hasSize(2)
			.allSatisfy((service) -> assertThatExceptionOfType(ClosedWatchServiceException.class)
				.isThrownBy(service::poll));
	}

	private static CompletableFuture<Void> start(FolderWatch watch, Duration timeout) {
		return CompletableFuture.runAsync(() -> {
			try {
				watch.await(timeout);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
