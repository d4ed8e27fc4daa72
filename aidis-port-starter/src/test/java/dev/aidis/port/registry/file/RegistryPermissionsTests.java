package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assumptions.assumeThat;

@DisabledOnOs(OS.WINDOWS)
class RegistryPermissionsTests {

	@TempDir
	Path folder;

	Path run;

	Path file;

	private final RegistryPermissions strict = new RegistryPermissions(false);

	private final RegistryPermissions shared = new RegistryPermissions(true);

	@BeforeEach
	void createRegistry() throws IOException {
		this.run = Files.createDirectory(this.folder.resolve("run"));
		this.file = Files.writeString(this.run.resolve("port-registry.json"), "{}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwx------", "rwxr-x---", "rwxr-xr-x" })
	void folderThatOnlyItsOwnerMayWriteIsTrusted(String mode) throws IOException {
		chmod(this.run, mode);
		assertThatNoException().isThrownBy(() -> this.strict.checkFolder(this.run));
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwxrwx", "rwx----w-" })
	void folderThatEverybodyMayWriteIsRefusedInAnyCase(String mode) throws IOException {
		chmod(this.run, mode);
		for (RegistryPermissions permissions : new RegistryPermissions[] { this.strict, this.shared }) {
			assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> permissions.checkFolder(this.run))
				.withMessageContaining(this.run.toString())
				.withMessageContaining("every user of this machine may write to it")
				.withMessageContaining("a folder of its own");
		}
	}

	@Test
	void stickyFolderThatAllShareIsRefused() throws IOException {
		Path temporary = Path.of("/tmp");
		assumeThat(temporary).isDirectory();
		assumeThat((int) Files.getAttribute(temporary, "unix:mode") & 0002).isNotZero();
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> this.strict.checkFolder(temporary));
	}

	@Test
	void folderOfAnotherUserIsRefusedUnlessItIsShared() {
		int someoneElse = 54321;
		Integer owner = ownerOf(this.run);
		assumeThat(owner).isNotNull().isNotEqualTo(someoneElse);
		RegistryPermissions foreign = new RegistryPermissions(false, someoneElse);
		if (owner == 0) {
			assertThatNoException().as("root's is trusted").isThrownBy(() -> foreign.checkFolder(this.run));
			return;
		}
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> foreign.checkFolder(this.run))
			.withMessageContaining("belongs to another user")
			.withMessageContaining("aidis.port.registry.shared=true");
		assertThatNoException().isThrownBy(() -> new RegistryPermissions(true, someoneElse).checkFolder(this.run));
	}

	@Test
	void fileThatRootMadeAndGaveToAnotherUserIsRefusedUnlessItIsShared() throws IOException {
		assumeThat(ownerOf(this.run)).as("only root may give files away").isZero();
		Files.setAttribute(this.file, "unix:uid", 54321);
		RegistryPermissions other = new RegistryPermissions(false, 1000);
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> other.checkFile(this.file))
			.withMessageContaining("belongs to another user (54321)");
		assertThatNoException().isThrownBy(() -> new RegistryPermissions(false, 54321).checkFile(this.file));
		assertThatNoException().isThrownBy(() -> new RegistryPermissions(true, 1000).checkFile(this.file));
	}

	@Test
	void groupThatMayWriteIsRefusedUnlessItIsTheUsersOwnOrShared() throws IOException {
		chmod(this.run, "rwxrwx---");
		assertThatNoException().as("a group of the user's name").isThrownBy(() -> this.strict.checkFolder(this.run));
		assumeThat(ownerOf(this.run)).as("only root may give files away").isZero();
		Files.setAttribute(this.run, "unix:gid", 54321);
		chmod(this.run, "rwxrwx---");
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> this.strict.checkFolder(this.run))
			.withMessageContaining("its group may write to it")
			.withMessageContaining("aidis.port.registry.shared=true");
		assertThatNoException().isThrownBy(() -> this.shared.checkFolder(this.run));
	}

	@Test
	void linkInPlaceOfTheFolderIsRefusedAndItsTargetNamed() throws IOException {
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.run);
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> this.strict.checkFolder(link))
			.withMessageContaining("symbolic link to " + this.run.toRealPath());
	}

	@Test
	void fileThatIsNotThereIsNoProblem() {
		assertThatNoException().isThrownBy(() -> this.strict.checkFile(this.run.resolve("absent")));
	}

	@Test
	void registryInAFolderOfAllIsNeitherReadNorWritten() throws IOException {
		Files.writeString(this.file,
				"{ \"orders\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " } }");
		chmod(this.run, "rwxrwxrwx");
		try (FilePortRegistry registry = new FilePortRegistry(this.file, Duration.ofSeconds(10))) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::registrations)
				.withMessageContaining("every user of this machine may write to it")
				.withMessageContaining("AIDIS_PORT_REGISTRY");
			assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> registry.register(PortRegistration.builder("stock", 41873).build()));
			chmod(this.run, "rwxr-xr-x");
			assertThat(registry.registrations("orders")).hasSize(1);
		}
		assertThat(this.file).content().contains("5000");
	}

	@Test
	void fileThatEverybodyMayWriteIsRefused() throws IOException {
		chmod(this.file, "rw-rw-rw-");
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> this.strict.checkFile(this.file))
			.withMessageContaining("take the permission from others");
	}

	@Test
	void filesToLockAreTheGroupsWhereTheRegistryIsShared() throws IOException {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(10));
		properties.setShared(true);
		try (FilePortRegistry registry = new FilePortRegistry(this.file, properties, InstanceProbe.NONE)) {
			registry.register(PortRegistration.builder("stock", 41873).build());
		}
		for (Path locked : new Path[] { RegistryLock.fileFor(this.file), LiveSlots.fileFor(this.file) }) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(locked))).isEqualTo("rw-rw----");
		}
	}

	@Test
	void filesToLockArePrivateOtherwise() throws IOException {
		try (FilePortRegistry registry = new FilePortRegistry(this.file, Duration.ofSeconds(10))) {
			registry.register(PortRegistration.builder("stock", 41873).build());
		}
		for (Path locked : new Path[] { RegistryLock.fileFor(this.file), LiveSlots.fileFor(this.file) }) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(locked))).isEqualTo("rw-------");
		}
	}

	@Test
	void folderThatIsNotThereIsNoProblem() {
		assertThatNoException().isThrownBy(() -> this.strict.checkFolder(this.folder.resolve("absent")));
	}

	@Test
	void ownerDoesNotMatterWhereNobodyTellsWhoWeAre() throws IOException {
		if (ownerOf(this.file) == 0) {
			Files.setAttribute(this.file, "unix:uid", 54321);
		}
		assertThatNoException().isThrownBy(() -> new RegistryPermissions(false, null).checkFile(this.file));
	}

	@Test
	void userIsTheOwnerOfTheFirstPathThatHasOne() throws IOException {
		if (ownerOf(this.run) == 0) {
			Files.setAttribute(this.run, "unix:uid", 54321);
		}
		String absent = this.folder.resolve("absent").toString();
		assertThat(RegistryPermissions.owner(absent, "a\0b", this.run.toString())).isEqualTo(ownerOf(this.run));
		assertThat(RegistryPermissions.owner(absent)).isNull();
	}

	@Test
	void onlyLinksAreRefusedWhereThereAreNoPermissions() throws IOException {
		chmod(this.run, "rwxrwxrwx");
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.run);
		FaultyFileSystem fileSystem = FaultyFileSystem.withoutPosix(this.folder);
		assertThatNoException().isThrownBy(() -> this.strict.checkFolder(fileSystem.wrap(this.run)));
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> this.strict.checkFolder(fileSystem.wrap(link)))
			.withMessageContaining("symbolic link");
		Path lock = fileSystem.wrap(RegistryLock.fileFor(this.file));
		this.shared.createForAll(lock);
		assertThat(lock).as("whoever locks it creates it").doesNotExist();
	}

	@Test
	void fileToLockThatIsThereKeepsItsModeAlsoIfItCameThisMoment() throws IOException {
		Path lock = RegistryLock.fileFor(this.file);
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.run);
		fileSystem.before("newByteChannel " + lock.getFileName(), () -> {
			Files.createFile(lock);
			chmod(lock, "rw-r-----");
		});
		this.shared.createForAll(fileSystem.wrap(lock));
		this.shared.createForAll(fileSystem.wrap(lock));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock))).isEqualTo("rw-r-----");
	}

	private static Integer ownerOf(Path path) {
		try {
			return (Integer) Files.getAttribute(path, "unix:uid");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void chmod(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

}
