package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class CorruptCopiesTests {

	@TempDir
	Path folder;

	@Test
	void contentOfWhichTheNewestCopyIsOneAlreadyIsNotKeptTwice() throws IOException {
		Path copy = keep("broken");
		assertThat(copy).hasFileName("port-registry.json.corrupt-1");
		assertThat(keep("broken")).isEqualTo(copy);
		assertThat(contents()).containsExactly("corrupt-1=broken");
		keep("otherwise");
		keep("broken");
		assertThat(contents()).containsExactly("corrupt-1=broken", "corrupt-2=otherwise", "corrupt-3=broken");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void copyIsForItsOwnerOnly() throws IOException {
		Path copy = keep("secret");
		assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void linkInThePlaceOfACopyIsMovedOnAndNotFollowed() throws IOException {
		Path elsewhere = Files.writeString(this.folder.resolve("elsewhere"), "broken");
		Path link = this.folder.resolve("port-registry.json.corrupt-1");
		Files.createSymbolicLink(link, elsewhere);
		keep("broken");
		assertThat(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
		assertThat(this.folder.resolve("port-registry.json.corrupt-2")).isSymbolicLink();
		assertThat(elsewhere).content().isEqualTo("broken");
	}

	@Test
	void copyThatCannotBeKeptLeavesTheOthersAndNothingElse() throws IOException {
		keep("earlier");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("move port-registry.json.corrupt-1", () -> {
			throw new IOException("planted failure");
		});
		CorruptCopies failing = new CorruptCopies(new RegistryStorage(fileSystem.path("port-registry.json")));
		assertThatIOException().isThrownBy(() -> failing.keep("broken".getBytes(StandardCharsets.UTF_8)))
			.withMessage("planted failure");
		assertThat(contents()).containsExactly("corrupt-2=earlier");
	}

	private Path keep(String content) throws IOException {
		return new CorruptCopies(new RegistryStorage(this.folder.resolve("port-registry.json")))
			.keep(content.getBytes(StandardCharsets.UTF_8));
	}

	private List<String> contents() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.sorted().map(CorruptCopiesTests::describe).toList();
		}
	}

	private static String describe(Path file) {
		try {
			return file.getFileName().toString().replace("port-registry.json.", "") + "=" + Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
