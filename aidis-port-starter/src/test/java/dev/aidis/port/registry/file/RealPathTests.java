package dev.aidis.port.registry.file;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class RealPathTests {

	@TempDir
	Path temporary;

	private Path folder;

	@BeforeEach
	void findFolder() throws Exception {
		this.folder = this.temporary.toRealPath();
	}

	private Path link(String name, String target) throws Exception {
		return Files.createSymbolicLink(this.folder.resolve(name), Path.of(target));
	}

	@Test
	void fileHasOneRealPathWhicheverLinksLeadToIt() throws Exception {
		Path file = Files.createFile(this.folder.resolve("file"));
		link("parent", ".");
		assertThat(RealPath.of(file)).isEqualTo(file);
		assertThat(RealPath.of(link("link", "file"))).isEqualTo(file);
		assertThat(RealPath.of(link("again", "parent/link"))).isEqualTo(file);
		assertThat(RealPath.of(this.folder.resolve("parent/x/../file"))).isEqualTo(file);
	}

	@Test
	void fileThatIsNotThereHasOneToo() throws Exception {
		Path file = this.folder.resolve("none/yet/file");
		link("parent", ".");
		assertThat(RealPath.of(file)).isEqualTo(file);
		assertThat(RealPath.of(this.folder.resolve("parent/none/yet/file"))).isEqualTo(file);
		assertThat(RealPath.of(link("link", "parent/none/yet/file"))).isEqualTo(file);
		assertThat(RealPath.of(link("absolute", file.toString()))).isEqualTo(file);
		assertThat(RealPath.of(link("folder", "none/yet").resolve("file"))).isEqualTo(file);
	}

	@Test
	void circleIsNotFollowedForEver() throws Exception {
		Path first = link("first", "second");
		Path second = link("second", "first");
		assertThat(RealPath.of(first)).isIn(first, second);
		assertThat(RealPath.of(second.resolve("file")).getFileName()).hasToString("file");
	}

}
