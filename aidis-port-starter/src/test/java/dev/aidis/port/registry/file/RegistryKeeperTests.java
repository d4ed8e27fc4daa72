package dev.aidis.port.registry.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class RegistryKeeperTests {

	private static final Duration SHORT = Duration.ofMillis(10);

	@TempDir
	Path folder;

	Path file;

	private final AtomicBoolean needed = new AtomicBoolean(true);

	private final AtomicInteger passes = new AtomicInteger();

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@AfterEach
	void end() {
		this.needed.set(false);
		await().until(() -> threads().isEmpty());
	}

	@Test
	void passFollowsPassWhileThereIsSomethingToLookAfter() {
		RegistryKeeper keeper = keeper(SHORT, false, this.passes::incrementAndGet);
		keeper.start();
		await().until(() -> this.passes.get() > 2);
		this.needed.set(false);
		await().until(() -> threads().isEmpty());
		int before = this.passes.get();
		this.needed.set(true);
		keeper.start();
		await().until(() -> this.passes.get() > before);
	}

	@Test
	void thereIsNoThreadWhereThereIsNothingToLookAfterAndNeverASecondOne() {
		this.needed.set(false);
		RegistryKeeper keeper = keeper(SHORT, false, this.passes::incrementAndGet);
		keeper.start();
		assertThat(threads()).isEmpty();
		this.needed.set(true);
		keeper.start();
		keeper.start();
		assertThat(threads()).singleElement().matches(Thread::isDaemon);
	}

	@Test
	void passThatFailsIsToldOfAndOthersFollow(CapturedOutput output) {
		keeper(SHORT, false, () -> {
			if (this.passes.incrementAndGet() == 1) {
				throw new AssertionError("planted failure");
			}
		}).start();
		await().until(() -> this.passes.get() > 2);
		assertThat(output).containsOnlyOnce("Could not look after the port registry " + this.file)
			.contains("planted failure");
	}

	@Test
	void wokenThreadSeesThatItIsNotNeededAnyMore() {
		RegistryKeeper keeper = keeper(Duration.ofHours(1), false, this.passes::incrementAndGet);
		keeper.wake();
		keeper.start();
		await().until(() -> threads().get(0).getState() == Thread.State.TIMED_WAITING);
		this.needed.set(false);
		keeper.wake();
		await().until(() -> threads().isEmpty());
		assertThat(this.passes).hasValue(0);
	}

	@Test
	void watchIsClosedWhenThereIsNothingToLookAfterAnyMore() {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		RegistryKeeper keeper = new RegistryKeeper(Duration.ofHours(1),
				new FolderWatch(fileSystem.wrap(this.file), true), this.needed::get, () -> true,
				this.passes::incrementAndGet);
		keeper.start();
		await().until(() -> threads().get(0).getState() == Thread.State.TIMED_WAITING);
		this.needed.set(false);
		keeper.wake();
		await().until(() -> threads().isEmpty());
		assertThat(fileSystem.watchServices()).singleElement()
			.satisfies((service) -> assertThatExceptionOfType(ClosedWatchServiceException.class)
				.isThrownBy(service::poll));
	}

	@Test
	void changeAfterAShortPassIsSeenLongBeforeTheInterval() {
		RegistryKeeper keeper = keeper(Duration.ofHours(1), true, this.passes::incrementAndGet);
		keeper.start();
		await().until(() -> {
			Files.writeString(this.file, "{}");
			return this.passes.get() > 2;
		});
		this.needed.set(false);
		keeper.wake();
	}

	@Test
	void passComesNotBeforeSixTenthsOfTheInterval() {
		Duration interval = Duration.ofMillis(500);
		List<Long> times = new CopyOnWriteArrayList<>();
		long start = System.nanoTime();
		keeper(interval, false, () -> times.add(System.nanoTime() - start)).start();
		await().until(() -> !times.isEmpty());
		assertThat(Duration.ofNanos(times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(300));
	}

	@Test
	void changesThatComeFastAreSeenTogetherAFifthOfTheIntervalLater() {
		Duration interval = Duration.ofSeconds(1);
		List<Long> begins = new CopyOnWriteArrayList<>();
		List<Long> ends = new CopyOnWriteArrayList<>();
		keeper(interval, true, () -> {
			begins.add(System.nanoTime());
			changeForAWhile();
			ends.add(System.nanoTime());
		}).start();
		await().until(() -> begins.size() > 2);
		for (int pass = 1; pass < 3; pass++) {
			assertThat(Duration.ofNanos(begins.get(pass) - ends.get(pass - 1)))
				.isGreaterThanOrEqualTo(interval.dividedBy(5));
		}
	}

	private void changeForAWhile() {
		long start = System.nanoTime();
		do {
			try {
				Files.writeString(this.file, "{}");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		while (System.nanoTime() - start < 100_000_000);
	}

	private RegistryKeeper keeper(Duration interval, boolean urgent, Runnable pass) {
		return new RegistryKeeper(interval, new FolderWatch(this.file, true), this.needed::get, () -> urgent, pass);
	}

	private List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("aidis-port-keeper of " + this.file))
			.toList();
	}

}
