package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FileSignatureTests {

	private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

	@TempDir
	Path folder;

	@Test
	void fileThatIsNotThereIsMissingAndAnEmptyOneIsNot() throws IOException {
		Path file = this.folder.resolve("file");
		assertThat(FileSignature.of(file).isMissing()).isTrue();
		Files.createFile(file);
		assertThat(FileSignature.of(file).isMissing()).isFalse();
	}

	@Test
	void fileThatTakesThePlaceOfAnotherHasAnotherSignature() throws IOException {
		Path file = Files.writeString(this.folder.resolve("file"), "1");
		Path other = Files.writeString(this.folder.resolve("other"), "2");
		Files.setLastModifiedTime(file, FileTime.from(NOW));
		Files.setLastModifiedTime(other, FileTime.from(NOW));
		assertThat(FileSignature.of(file)).isEqualTo(FileSignature.of(file));
		if (FileSignature.of(file).key() != null) {
			assertThat(FileSignature.of(file)).isNotEqualTo(FileSignature.of(other));
		}
		Files.setLastModifiedTime(other, FileTime.from(NOW.plusSeconds(1)));
		assertThat(FileSignature.of(file).lastModified()).isNotEqualTo(FileSignature.of(other).lastModified());
	}

	@Test
	void folderIsRefused() {
		assertRefused(this.folder, "it is no regular file but a folder");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void linkIsRefusedWhereverItLeads() throws IOException {
		Path file = Files.createFile(this.folder.resolve("file"));
		assertRefused(Files.createSymbolicLink(this.folder.resolve("link"), file),
				"it is no regular file but a symbolic link");
		assertRefused(Files.createSymbolicLink(this.folder.resolve("dangling"), this.folder.resolve("absent")),
				"it is no regular file but a symbolic link");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void deviceIsRefused() {
		assertRefused(Path.of("/dev/null"), "it is no regular file but a pipe, a socket or a device");
	}

	@Test
	void signatureIsSettledWhenTheFileHasNotChangedForMoreThanTwoSeconds() {
		assertThat(changedAt(NOW.minusSeconds(2)).isSettled(NOW)).isFalse();
		assertThat(changedAt(NOW.minusSeconds(2).minusNanos(1)).isSettled(NOW)).isTrue();
		assertThat(changedAt(NOW.plusSeconds(60)).isSettled(NOW)).as("of the future").isFalse();
		assertThat(FileSignature.MISSING.isSettled(Instant.EPOCH)).isTrue();
	}

	private static FileSignature changedAt(Instant time) {
		return new FileSignature(FileTime.from(time), 0, null);
	}

	private static void assertRefused(Path path, String reason) {
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> FileSignature.of(path))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(reason));
	}

}
