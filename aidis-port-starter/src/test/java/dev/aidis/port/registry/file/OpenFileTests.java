package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenFile}.
 */
class OpenFileTests {

	@TempDir
	private Path folder;

	private Path file;

	@BeforeEach
	void nameFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 200_000 })
	void readsAllAndSeesThatNothingChanged(int size) throws IOException {
		byte[] bytes = write(size);
		try (OpenFile open = open(FileSignature.of(this.file))) {
			assertThat(open.content().bytes()).isEqualTo(bytes);
			assertThat(open.isChanged()).isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource({ "0, 5", "10, 9", "10, 0", "10, 11", "10, 300000", "300000, 10" })
	void readsWhatThereIsAndNotWhatWasThereWhenTheSizeWasAskedFor(int before, int now) throws IOException {
		write(before);
		FileSignature signature = FileSignature.of(this.file);
		byte[] bytes = write(now);
		try (OpenFile open = open(signature)) {
			assertThat(open.content().bytes()).isEqualTo(bytes);
		}
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "10, 9", "10, 0", "10, 11", "70000, 69999", "70000, 70001" })
	void seesThatItBecameLongerOrShorter(int before, int now) throws IOException {
		write(before);
		try (OpenFile open = open(FileSignature.of(this.file))) {
			write(now);
			assertThat(open.isChanged()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 64 * 1024 - 1, 64 * 1024, 69_999 })
	void seesThatOneByteIsAnother(int place) throws IOException {
		byte[] bytes = write(70_000);
		try (OpenFile open = open(FileSignature.of(this.file))) {
			bytes[place]++;
			Files.write(this.file, bytes);
			assertThat(open.isChanged()).isTrue();
		}
	}

	@Test
	void readsNotMuchMoreThanARegistryMayHave() throws IOException {
		write(10);
		FileSignature signature = FileSignature.of(this.file);
		write(RegistryFormat.MAX_SIZE + 1_000_000);
		try (OpenFile open = open(signature)) {
			assertThat(open.content().bytes()).hasSizeBetween(RegistryFormat.MAX_SIZE + 1,
					RegistryFormat.MAX_SIZE + 100_000);
		}
	}

	/**
	 * Write so many bytes, the first of which are the same each time.
	 */
	private byte[] write(int size) throws IOException {
		byte[] bytes = new byte[size];
		new Random(1).nextBytes(bytes);
		return Files.readAllBytes(Files.write(this.file, bytes));
	}

	private OpenFile open(FileSignature signature) throws IOException {
		return new OpenFile(FileChannel.open(this.file, StandardOpenOption.READ), signature);
	}

}
