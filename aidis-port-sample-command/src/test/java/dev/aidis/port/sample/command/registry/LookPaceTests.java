package dev.aidis.port.sample.command.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LookPace}.
 */
class LookPaceTests {

	@TempDir
	private Path folder;

	private Path file;

	private long now;

	@BeforeEach
	void createFile() throws IOException {
		this.file = Files.createFile(this.folder.resolve("registry.json"));
	}

	@Test
	void firstLookIsDueAtOnce() {
		assertThat(pace().isDue()).isTrue();
	}

	@Test
	void nothingIsDueWhileTheFileIsAsItWas() {
		LookPace pace = pace();
		look(pace, Duration.ZERO);
		// The time of the file is not known before the first glance.
		pace.isDue();
		pass(Duration.ofMillis(999));
		assertThat(pace.isDue()).isFalse();
	}

	@Test
	void nextLookIsDueAfterASecondWhetherOrNotAnythingHasChanged() {
		LookPace pace = pace();
		look(pace, Duration.ZERO);
		pass(Duration.ofSeconds(1));
		assertThat(pace.isDue()).isTrue();
	}

	@Test
	void fileThatHasChangedOrIsGoneIsWorthALookAtOnce() throws IOException {
		LookPace pace = pace();
		look(pace, Duration.ZERO);
		pace.isDue();
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.EPOCH));
		assertThat(pace.isDue()).isTrue();
		assertThat(pace.isDue()).isFalse();
		Files.delete(this.file);
		assertThat(pace.isDue()).isTrue();
	}

	@Test
	void looksThatTakeLongAreFollowedByALongRest() throws IOException {
		LookPace pace = pace();
		look(pace, Duration.ofMillis(200));
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.EPOCH));
		pass(Duration.ofMillis(99));
		assertThat(pace.isDue()).as("a glance within a tenth of a second").isFalse();
		pass(Duration.ofMillis(1));
		assertThat(pace.isDue()).as("a glance after a tenth of a second").isTrue();
		assertThat(pace.isDue()).as("the file as it was").isFalse();
		pass(Duration.ofMillis(3899));
		assertThat(pace.isDue()).as("a look before twenty times as long").isFalse();
		pass(Duration.ofMillis(1));
		assertThat(pace.isDue()).as("a look after twenty times as long").isTrue();
	}

	@Test
	void lookThatTookLongerThanASecondIsNotFollowedByTheNextAtOnce() throws IOException {
		LookPace pace = pace();
		look(pace, Duration.ofMillis(1500));
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.EPOCH));
		assertThat(pace.isDue()).isFalse();
	}

	@Test
	void registryThatIsNoFileIsLookedAtWhenItTellsOfAChangeAndOnceASecond() {
		LookPace pace = new LookPace("memory", () -> this.now);
		look(pace, Duration.ZERO);
		assertThat(pace.isDue()).isFalse();
		pace.changed();
		look(pace, Duration.ZERO);
		assertThat(pace.isDue()).isFalse();
		pass(Duration.ofSeconds(1));
		assertThat(pace.isDue()).isTrue();
	}

	private LookPace pace() {
		return new LookPace(this.file.toString(), () -> this.now);
	}

	private void look(LookPace pace, Duration takes) {
		assertThat(pace.isDue()).isTrue();
		pass(takes);
		pace.done();
	}

	private void pass(Duration time) {
		this.now += time.toNanos();
	}

}
