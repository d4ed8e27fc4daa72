package dev.aidis.port.registry.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

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
