package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the changes of a program that takes no lock, when they went into a file
 * that had been replaced. In these tests it writes while the registry pauses, and a pause
 * takes as long as the test says.
 */
class LateChangesTests {

	private static final long START = 6_000_000_000_000_000_000L;

	private static final String BEFORE = "{\"old\":1,\"other\":1}";

	private final RegistryCodec codec = new RegistryCodec();

	private final Deque<Runnable> pauses = new ArrayDeque<>();

	@TempDir
	Path folder;

	private Path file;

	private LateChanges lateChanges;

	private OpenFile replaced;

	private RegistryDocument base;

	private Path replacedFile;

	/**
	 * It may become negative, as that of the system may.
	 */
	private long now = START;

	private int rewritten;

	@BeforeEach
	void replaceFile() throws Exception {
		this.base = this.codec.parse(BEFORE.getBytes(StandardCharsets.UTF_8));
		this.file = this.folder.resolve("port-registry.json");
		this.replacedFile = this.folder.resolve("replaced");
		Files.writeString(this.file, BEFORE);
		RegistryStorage storage = new RegistryStorage(this.file);
		this.replaced = storage.open();
		Files.move(this.file, this.replacedFile);
		write("{\"old\":1,\"other\":1,\"ours\":1}");
		this.lateChanges = new LateChanges(storage, this.codec, (entry) -> false, () -> this.now, (nanos) -> {
			this.now += nanos;
			Runnable step = this.pauses.poll();
			if (step != null) {
				step.run();
			}
		});
	}

	@AfterEach
	void close() {
		this.replaced.close();
	}

	@Test
	void fileThatNobodyWroteIntoChangesNothing() throws IOException {
		assertThat(merge()).isNull();
		assertThat(this.rewritten).isZero();
	}

	@Test
	void sameContentWrittenAnewChangesNothing() throws IOException {
		Files.writeString(this.replacedFile, " " + BEFORE);
		assertThat(merge()).isNull();
		assertThat(this.rewritten).isZero();
	}

	@Test
	void whatWasChangedInTheReplacedFileIsChanged() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"new\":1}");
		assertThat(merge()).isNotNull();
		assertThat(content()).isEqualTo("{\"old\":2,\"ours\":1,\"new\":1}");
		assertThat(this.rewritten).isOne();
	}

	@Test
	void restOfTheReplacedFileIsAwaited() throws IOException {
		Files.writeString(this.replacedFile, "");
		afterPause(() -> write(this.replacedFile, "{\"old\":2,\"oth"));
		afterPause(() -> write(this.replacedFile, "{\"old\":2,\"other\":1}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":2,\"other\":1,\"ours\":1}");
	}

	@Test
	void replacedFileThatStaysHalfWrittenIsGivenUp() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"oth");
		assertThat(merge()).isNull();
		assertThat(TimeUnit.NANOSECONDS.toMillis(this.now - START)).isBetween(500L, 510L);
	}

	@Test
	void fileThatIsHalfWrittenIsTriedAgain() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"other\":1}");
		write("{\"ol");
		afterPause(() -> write("{\"old\":1,\"other\":5}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":2,\"other\":5}");
	}

	@Test
	void fileThatStaysHalfWrittenIsGivenUp() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"other\":1}");
		write("{\"ol");
		assertThat(merge()).isNull();
		assertThat(content()).isEqualTo("{\"ol");
		assertThat(TimeUnit.NANOSECONDS.toMillis(this.now - START)).isBetween(500L, 510L);
	}

	@Test
	void changeIsMadeAgainAsLongAsItWasNotSeen() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2}");
		afterPause(() -> write("{\"old\":1,\"other\":1,\"ours\":1,\"a\":1}"));
		afterPause(() -> {
			// Nobody writes.
		});
		afterPause(() -> write("{\"old\":1,\"other\":1,\"ours\":1,\"a\":1,\"b\":1}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":2,\"ours\":1,\"a\":1,\"b\":1}");
		assertThat(this.rewritten).isEqualTo(3);
	}

	@Test
	void whoHasSeenTheChangeMeansWhatItWrites() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"other\":1,\"new\":1}");
		afterPause(() -> write("{\"old\":3,\"other\":1,\"ours\":1,\"new\":1}"));
		afterPause(() -> write("{\"other\":1,\"ours\":1}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":3,\"other\":1,\"ours\":1,\"new\":1}");
		assertThat(this.pauses).hasSize(1);
	}

	@Test
	void whatIsHalfWrittenWithoutTheChangeIsAwaited() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"other\":1}");
		afterPause(() -> write(""));
		afterPause(() -> write("{\"old\":1,\"other\":4}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":2,\"other\":4}");
	}

	@Test
	void additionThatIsMissingInTheFirstWriteIsMadeAgain() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":1,\"other\":1,\"new\":1}");
		afterPause(() -> write("{\"old\":1,\"other\":2,\"ours\":1}"));
		merge();
		assertThat(content()).isEqualTo("{\"old\":1,\"other\":2,\"ours\":1,\"new\":1}");
	}

	@Test
	void additionThatIsMissingAfterALongTimeWasTakenAway() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":1,\"other\":1,\"new\":1}");
		afterPause(() -> {
			this.now += TimeUnit.MILLISECONDS.toNanos(2);
			write("{\"old\":1,\"other\":2,\"ours\":1}");
		});
		merge();
		assertThat(content()).isEqualTo("{\"old\":1,\"other\":2,\"ours\":1}");
	}

	@Test
	void nobodyIsWaitedForLongerThanItTakesToWrite() throws IOException {
		Files.writeString(this.replacedFile, "{\"old\":2,\"other\":1}");
		merge();
		assertThat(TimeUnit.NANOSECONDS.toMillis(this.now - START)).isBetween(20L, 21L);
	}

	private RegistryDocument merge() throws IOException {
		return this.lateChanges.merge(this.replaced, this.base, this::rewrite);
	}

	private RegistryDocument rewrite(DocumentChange change) throws IOException {
		this.rewritten++;
		try {
			RegistryDocument document = this.codec.parse(Files.readAllBytes(this.file));
			RegistryDocument changed = document.copy();
			change.apply(changed);
			if (!changed.equals(document)) {
				Path temporary = this.folder.resolve("temporary");
				Files.write(temporary, this.codec.write(changed));
				Files.move(temporary, this.file, StandardCopyOption.REPLACE_EXISTING);
			}
			return changed;
		}
		catch (BrokenRegistryException ex) {
			return null;
		}
	}

	private void afterPause(Runnable step) {
		this.pauses.add(step);
	}

	private void write(String content) {
		write(this.file, content);
	}

	private static void write(Path file, String content) {
		try {
			Files.writeString(file, content);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String content() throws IOException {
		return Files.readString(this.file).replaceAll("\\s", "");
	}

}
