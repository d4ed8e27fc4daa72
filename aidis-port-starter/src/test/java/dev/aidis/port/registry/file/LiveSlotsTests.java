package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.registry.file.LiveSlots.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class LiveSlotsTests {

	@TempDir
	Path folder;

	Path file;

	LiveSlots slots;

	@BeforeEach
	void createSlots() throws IOException {
		this.file = this.folder.resolve("port-registry.json");
		this.slots = LiveSlots.of(this.file);
	}

	@AfterEach
	void releaseSlots() throws IOException {
		for (int slot = 1; slot < 10; slot++) {
			this.slots.release(slot);
		}
	}

	@Test
	void eachInstanceGetsAByteOfItsOwn() throws IOException {
		assertThat(List.of(take(), take(), take())).containsExactly(1, 2, 3);
		assertThat(this.slots.holds(2)).isTrue();
		this.slots.release(2);
		assertThat(this.slots.holds(2)).isFalse();
		assertThat(take()).isEqualTo(2);
	}

	@Test
	void byteThatBelongsToAnotherIsNotTakenThoughItIsFree() throws IOException {
		assertThat(this.slots.take(Set.of(1, 2, 4)::contains)).isEqualTo(3);
		assertThat(this.slots.take(Set.of(1, 2, 4)::contains)).isEqualTo(5);
	}

	@Test
	void registryIsReachedByAllItsPathsWithOneObject() throws IOException {
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.folder);
		assertThat(LiveSlots.of(link.resolve("port-registry.json"))).isSameAs(this.slots);
	}

	@Test
	void heldByteIsSeenByAnotherProcessUntilItIsReleased() throws Exception {
		createOldFile();
		int slot = take();
		assertThat(stateInAnotherProcess(slot)).isEqualTo("HELD");
		assertThat(stateInAnotherProcess(slot + 1)).isEqualTo("FREE");
		this.slots.release(slot);
		assertThat(stateInAnotherProcess(slot)).isEqualTo("FREE");
	}

	@Test
	void byteOfAKilledProcessIsFree() throws Exception {
		createOldFile();
		try (JavaProcess process = JavaProcess.start(RegistryProcess.class, "take-slot", this.file.toString())) {
			process.awaitLine("took 1");
			assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.HELD);
			assertThat(take()).as("the first byte that is free").isEqualTo(2);
			this.slots.release(2);
			assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.HELD);
			assertThat(take()).isEqualTo(2);
			process.kill();
			await().untilAsserted(() -> assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.FREE));
		}
	}

	@Test
	void lookingAtBytesTakesThemFromNobody() throws Exception {
		createOldFile();
		int slot = take();
		for (int look = 0; look < 10; look++) {
			assertThat(LiveSlots.state(this.file, slot)).isEqualTo(State.HELD);
			assertThat(LiveSlots.state(this.file, slot + 1)).isEqualTo(State.FREE);
		}
		assertThat(this.slots.holds(slot)).isTrue();
		assertThat(stateInAnotherProcess(slot)).isEqualTo("HELD");
	}

	@Test
	void freeByteOfAYoungFileTellsNothing() throws IOException {
		int slot = take();
		assertThat(LiveSlots.state(this.file, slot)).isEqualTo(State.HELD);
		assertThat(LiveSlots.state(this.file, slot + 1)).isEqualTo(State.UNKNOWN);
	}

	@Test
	void oneWhoLookedBeforeCanTakeAByteAfterwards() throws Exception {
		createOldFile();
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.FREE);
		int slot = take();
		assertThat(stateInAnotherProcess(slot)).isEqualTo("HELD");
		this.slots.release(99);
		assertThat(this.slots.holds(99)).isFalse();
	}

	@Test
	void nothingIsKnownWithoutTheFileAndLookingDoesNotCreateIt() {
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.UNKNOWN);
		assertThat(LiveSlots.fileFor(this.file)).doesNotExist();
		assertThat(LiveSlots.state(this.folder.resolve("absent").resolve("x.json"), 1)).isEqualTo(State.UNKNOWN);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void bytesOfADeletedFileAreHeldNoMoreAndTakenInTheNewOne() throws Exception {
		int slot = take();
		Files.delete(LiveSlots.fileFor(this.file));
		assertThat(this.slots.holds(slot)).isFalse();
		createOldFile();
		int again = take();
		assertThat(again).isEqualTo(slot);
		assertThat(this.slots.holds(again)).isTrue();
		assertThat(stateInAnotherProcess(again)).isEqualTo("HELD");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void linkInTheFilesPlaceIsRefused() throws IOException {
		Files.createSymbolicLink(LiveSlots.fileFor(this.file), this.folder.resolve("elsewhere"));
		assertThatExceptionOfType(IOException.class).isThrownBy(this::take).withMessageContaining("symbolic link");
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.UNKNOWN);
	}

	/**
	 * As another class loader of this JVM would have it: closing our channel would free
	 * its byte.
	 */
	@Test
	void channelStaysOpenWhileAnotherOwnerInThisJvmHoldsAByte() throws Exception {
		createOldFile();
		int slot = take();
		try (FileChannel other = FileChannel.open(LiveSlots.fileFor(this.file), StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			other.lock(7, 1, false);
			this.slots.release(slot);
			assertThat(stateInAnotherProcess(7)).isEqualTo("HELD");
			assertThat(LiveSlots.state(this.file, 7)).isEqualTo(State.HELD);
			assertThat(this.slots.take((number) -> number < 7)).isEqualTo(8);
		}
	}

	@Test
	void oneWhoMayOnlyReadTheFileSeesWhichBytesAreHeldAndTakesNoneUntilHeMayWrite() throws IOException {
		createOldFile();
		AtomicInteger refusals = new AtomicInteger(1);
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("newFileChannel port-registry.json.live", () -> {
			if (refusals.getAndDecrement() > 0) {
				throw new AccessDeniedException("planted");
			}
		});
		Path faulty = fileSystem.wrap(this.file);
		assertThat(LiveSlots.state(faulty, 1)).isEqualTo(State.FREE);
		LiveSlots reader = LiveSlots.of(faulty);
		refusals.set(1);
		assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> reader.take((slot) -> false));
		int slot = reader.take((number) -> false);
		assertThat(reader.holds(slot)).isTrue();
		assertThat(LiveSlots.state(faulty, slot)).isEqualTo(State.HELD);
		reader.release(slot);
	}

	@Test
	void fileThatCannotBeOpenedTellsNothing() throws IOException {
		createOldFile();
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("newFileChannel port-registry.json.live", () -> {
			throw new AccessDeniedException("planted");
		});
		assertThat(LiveSlots.state(fileSystem.wrap(this.file), 1)).isEqualTo(State.UNKNOWN);
	}

	@Test
	void byteOfAFileThatIsDeletedThisMomentIsNotTaken() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		deleteBeforeTheSecondLook(fileSystem);
		LiveSlots unlucky = LiveSlots.of(fileSystem.wrap(this.file));
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> unlucky.take((slot) -> false))
			.withMessageContaining("port-registry.json.live");
		int slot = unlucky.take((number) -> false);
		assertThat(unlucky.holds(slot)).isTrue();
		unlucky.release(slot);
	}

	@Test
	void freeByteOfAFileThatIsDeletedThisMomentTellsNothing() throws IOException {
		createOldFile();
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		deleteBeforeTheSecondLook(fileSystem);
		assertThat(LiveSlots.state(fileSystem.wrap(this.file), 1)).isEqualTo(State.UNKNOWN);
		assertThat(LiveSlots.fileFor(this.file)).doesNotExist();
	}

	private void deleteBeforeTheSecondLook(FaultyFileSystem fileSystem) {
		AtomicInteger looks = new AtomicInteger();
		fileSystem.before("readAttributes port-registry.json.live", () -> {
			if (looks.incrementAndGet() == 2) {
				Files.delete(LiveSlots.fileFor(this.file));
			}
		});
	}

	@Test
	void byteIsHeldWhereFilesHaveNoKeys() throws IOException {
		createOldFile();
		Path windows = FaultyFileSystem.withoutPosix(this.folder).wrap(this.file);
		LiveSlots keyless = LiveSlots.of(windows);
		int slot = keyless.take((number) -> false);
		assertThat(keyless.holds(slot)).isTrue();
		assertThat(LiveSlots.state(windows, slot)).isEqualTo(State.HELD);
		assertThat(LiveSlots.state(windows, slot + 1)).isEqualTo(State.FREE);
		keyless.release(slot);
		assertThat(keyless.holds(slot)).isFalse();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void fileIsClosedWhenNobodyInThisJvmHoldsAByteOfItAnyMore() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		LiveSlots counted = LiveSlots.of(fileSystem.wrap(this.file));
		int one = counted.take((slot) -> false);
		int two = counted.take((slot) -> false);
		counted.release(one);
		assertThat(counted.holds(two)).isTrue();
		assertThat(stillOpen(fileSystem)).isEqualTo(1);
		counted.release(two);
		assertThat(stillOpen(fileSystem)).isZero();
		counted.take((slot) -> false);
		Files.delete(LiveSlots.fileFor(this.file));
		int again = counted.take((slot) -> false);
		assertThat(stillOpen(fileSystem)).isEqualTo(1);
		counted.release(again);
		assertThat(stillOpen(fileSystem)).isZero();
	}

	private static int stillOpen(FaultyFileSystem fileSystem) {
		List<String> operations = fileSystem.operations();
		return Collections.frequency(operations, "newFileChannel port-registry.json.live")
				- Collections.frequency(operations, "close port-registry.json.live");
	}

	private int take() throws IOException {
		return this.slots.take((slot) -> false);
	}

	/**
	 * Before anything is locked in it, since the JDK opens and closes a file to set its
	 * time, which frees all bytes.
	 */
	private void createOldFile() throws IOException {
		Path live = Files.createFile(LiveSlots.fileFor(this.file));
		Files.setLastModifiedTime(live, FileTime.from(Instant.now().minusSeconds(60)));
	}

	private String stateInAnotherProcess(int slot) throws Exception {
		try (JavaProcess process = JavaProcess.start(RegistryProcess.class, "slot-state", this.file.toString(),
				Integer.toString(slot))) {
			return process.awaitLine("slot is ").substring("slot is ".length());
		}
	}

}
