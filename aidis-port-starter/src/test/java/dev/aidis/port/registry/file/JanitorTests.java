package dev.aidis.port.registry.file;

import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JanitorTests {

	private static final FileSignature BEFORE = new FileSignature(FileTime.fromMillis(1), 10, "a");

	private static final FileSignature AFTER = new FileSignature(FileTime.fromMillis(2), 10, "b");

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000);

	private final Janitor janitor = new Janitor(Duration.ofMillis(500), this.clock::get);

	@Test
	void looksAtOnceWhereSomebodyWatchesAndNotWhereNobodyDoes() {
		assertThat(this.janitor.isDue(true, BEFORE)).isTrue();
		assertThat(this.janitor.isDue(false, BEFORE)).isFalse();
	}

	@Test
	void looksEveryTenSecondsOrSoWhereNobodyWatches() {
		for (int look = 0; look < 100; look++) {
			pass(Duration.ofMillis(4999));
			assertThat(this.janitor.isDue(false, AFTER)).isFalse();
			// With the above, the fifteen seconds that it rests at most.
			pass(Duration.ofMillis(10_001));
			assertThat(this.janitor.isDue(false, BEFORE)).isTrue();
			lookFor(Duration.ZERO);
		}
	}

	@Test
	void restsAfterALookAndLessIfTheFileHasChanged() {
		lookFor(Duration.ofMillis(2));
		pass(Duration.ofMillis(19));
		assertThat(this.janitor.isDue(true, AFTER)).isFalse();
		pass(Duration.ofMillis(1));
		assertThat(this.janitor.isDue(true, AFTER)).isTrue();
		assertThat(this.janitor.isDue(true, BEFORE)).isFalse();
		pass(Duration.ofMillis(179));
		assertThat(this.janitor.isDue(true, BEFORE)).isFalse();
		pass(Duration.ofMillis(1));
		assertThat(this.janitor.isDue(true, BEFORE)).isTrue();
	}

	@Test
	void restsNoLongerThanASecondSoThatADeathIsSeenSoon() {
		lookFor(Duration.ofSeconds(30));
		pass(Duration.ofMillis(999));
		assertThat(this.janitor.isDue(true, BEFORE)).isFalse();
		assertThat(this.janitor.isDue(true, AFTER)).isFalse();
		pass(Duration.ofMillis(1));
		assertThat(this.janitor.isDue(true, BEFORE)).isTrue();
	}

	@Test
	void lookThatFailsCountsAsOne() {
		assertThatIllegalStateException().isThrownBy(() -> this.janitor.measure(BEFORE, () -> {
			pass(Duration.ofMillis(5));
			throw new IllegalStateException("planted failure");
		}));
		assertThat(this.janitor.isDue(true, BEFORE)).isFalse();
	}

	private void lookFor(Duration duration) {
		this.janitor.measure(BEFORE, () -> pass(duration));
	}

	private void pass(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

}
