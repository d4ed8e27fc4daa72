package dev.aidis.port.registry.file;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RegistryLocationTests {

	@TempDir
	Path folder;

	private final FileRegistryProperties properties = new FileRegistryProperties();

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void propertyWinsOverAllElse() {
		this.properties.setFile(this.folder.resolve("a.json").toString());
		this.environment.setProperty("AIDIS_PORT_REGISTRY", "b.json");
		this.environment.setProperty("AIDIS_RUN_DIR", "c");
		assertThat(find(this.folder)).isEqualTo(this.folder.resolve("a.json"));
	}

	@Test
	void variableWinsOverTheRunDirectory() {
		this.environment.setProperty("AIDIS_PORT_REGISTRY", this.folder.resolve("b.json").toString());
		this.environment.setProperty("AIDIS_RUN_DIR", "c");
		assertThat(find(this.folder)).isEqualTo(this.folder.resolve("b.json"));
	}

	@Test
	void runDirectoryWinsOverTheCheckout() throws Exception {
		Files.createDirectory(this.folder.resolve(".git"));
		this.environment.setProperty("AIDIS_RUN_DIR", this.folder.resolve("c").toString());
		assertThat(find(this.folder)).isEqualTo(this.folder.resolve("c").resolve("port-registry.json"));
	}

	@Test
	void checkoutAroundTheWorkingDirectoryIsUsed() throws Exception {
		Files.createDirectory(this.folder.resolve(".git"));
		Path deep = Files.createDirectories(this.folder.resolve("a/b"));
		assertThat(find(deep)).isEqualTo(this.folder.resolve("run/port-registry.json"));
	}

	@Test
	void worktreeWhoseGitIsAFileIsItsOwnWorld() throws Exception {
		Files.createDirectory(this.folder.resolve(".git"));
		Path worktree = Files.createDirectories(this.folder.resolve("worktree"));
		Files.writeString(worktree.resolve(".git"), "gitdir: elsewhere");
		assertThat(find(worktree)).isEqualTo(worktree.resolve("run/port-registry.json"));
	}

	@Test
	void homeDirectoryIsUsedOutsideOfACheckout() {
		assertThat(find(this.folder))
			.isEqualTo(Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home")), ".aidis", "run",
					"port-registry.json"));
	}

	@Test
	void testsOfSpringBootGetATemporaryFileOfTheirOwn() throws Exception {
		Files.createDirectory(this.folder.resolve(".git"));
		this.environment.setProperty("org.springframework.boot.test.context.SpringBootTestContextBootstrapper", "true");
		Path file = find(this.folder);
		assertThat(file).isEqualTo(find(this.folder));
		assertThat(file.startsWith(System.getProperty("java.io.tmpdir"))).isTrue();
		assertThat(file.startsWith(this.folder)).isFalse();
	}

	@Test
	void emptySettingCountsAsNotSet() {
		this.properties.setFile("");
		this.environment.setProperty("AIDIS_PORT_REGISTRY", " ");
		this.environment.setProperty("AIDIS_RUN_DIR", this.folder.toString());
		assertThat(find(this.folder)).isEqualTo(this.folder.resolve("port-registry.json"));
	}

	@Test
	void settingThatIsNoPathFailsWithItsName() {
		this.environment.setProperty("AIDIS_PORT_REGISTRY", "a\0b");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> find(this.folder))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("AIDIS_PORT_REGISTRY");
				assertThat(ex.getReason()).contains("no path");
			});
	}

	@Test
	void searchBeginsInTheWorkingDirectory() {
		assertThat(RegistryLocation.find(this.environment, this.properties)).isAbsolute().isEqualTo(find(Path.of("")));
	}

	private Path find(Path workingDirectory) {
		return RegistryLocation.find(this.environment, this.properties, workingDirectory);
	}

}
