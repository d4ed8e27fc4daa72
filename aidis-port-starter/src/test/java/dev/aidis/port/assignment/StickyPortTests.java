package dev.aidis.port.assignment;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link StickyPort}.
 */
class StickyPortTests {

	private static final String REGISTRY = "/home/me/shop/run/port-registry.json";

	@TempDir
	Path home;

	@Test
	void portIsRememberedUntilTheNextTime() throws IOException {
		try (StickyPort first = claim()) {
			assertThat(first.port()).isZero();
			first.remember(41873);
			assertThat(first.port()).isEqualTo(41873);
		}
		try (StickyPort second = claim()) {
			assertThat(second.port()).isEqualTo(41873);
			second.remember(80);
		}
		try (StickyPort third = claim()) {
			assertThat(third.port()).isEqualTo(80);
		}
	}

	@Test
	void replicasRememberEachAPortOfTheirOwn() throws IOException {
		try (StickyPort first = claim(); StickyPort second = claim()) {
			assertThat(second.port()).isZero();
			first.remember(20001);
			second.remember(20002);
		}
		try (StickyPort first = claim(); StickyPort second = claim(); StickyPort third = claim()) {
			assertThat(List.of(first.port(), second.port(), third.port())).containsExactly(20001, 20002, 0);
		}
	}

	@Test
	void replicaThatComesBackHasItsOwnPortAgain() throws IOException {
		try (StickyPort first = claim(); StickyPort second = claim()) {
			second.remember(20002);
			first.remember(20001);
			first.close();
			try (StickyPort again = claim()) {
				assertThat(again.port()).isEqualTo(20001);
			}
		}
	}

	@Test
	void servicesAndRegistriesHaveNothingInCommon() throws IOException {
		try (StickyPort orders = claim();
				StickyPort stock = StickyPort.claim(folder(), "stock", REGISTRY);
				StickyPort elsewhere = StickyPort.claim(folder(), "orders", "/home/me/other/run/port-registry.json")) {
			orders.remember(20001);
			assertThat(stock.port()).isZero();
			assertThat(elsewhere.port()).isZero();
		}
	}

	@Test
	void fileTellsPeopleWhatItIs() throws IOException {
		try (StickyPort orders = claim()) {
			orders.remember(20001);
			assertThat(file()).content()
				.isEqualToNormalizingNewlines(
						"20001\nPort of service 'orders' of the registry /home/me/shop/run/port-registry.json\n");
		}
	}

	@Test
	void classLoadersOfOneJvmDoNotDisturbEachOther() throws Exception {
		URL[] classPath = { StickyPort.class.getProtectionDomain().getCodeSource().getLocation() };
		try (URLClassLoader other = new URLClassLoader(classPath, null); StickyPort orders = claim()) {
			orders.remember(20001);
			Method claim = other.loadClass(StickyPort.class.getName())
				.getDeclaredMethod("claim", Path.class, String.class, String.class);
			claim.setAccessible(true);
			try (AutoCloseable theirs = (AutoCloseable) claim.invoke(null, folder(), "orders", REGISTRY)) {
				assertThat(theirs).isNotNull();
				assertThat(folder()).isDirectoryContaining((file) -> file.toString().endsWith("#2"));
			}
			assertThat(file()).isRegularFile();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "0", "65536", "-1", "\n20001", "{}", "20001-20002", "\u0000\u0000\u0000" })
	void brokenFileIsSaidToBe(String content) throws IOException {
		claim().close();
		Files.writeString(file(), content);
		try (StickyPort orders = claim()) {
			assertThatExceptionOfType(FileSystemException.class).isThrownBy(orders::port)
				.withMessageStartingWith(file().toString())
				.withMessageEndingWith("in its first line is no port");
			orders.remember(20001);
			assertThat(orders.port()).isEqualTo(20001);
		}
	}

	@Test
	void hugeFileIsReadNoFurtherThanNeeded() throws IOException {
		claim().close();
		Files.writeString(file(), "9".repeat(10_000_000));
		try (StickyPort orders = claim()) {
			assertThatIOException().isThrownBy(orders::port);
			orders.remember(20001);
		}
		assertThat(Files.size(file())).isLessThan(4096);
	}

	@Test
	void folderInPlaceOfTheFileIsRefused() throws IOException {
		claim().close();
		Files.delete(file());
		Files.createDirectory(file());
		assertThatIOException().isThrownBy(this::claim);
		assertThatIOException().as("claimed no better the second time").isThrownBy(this::claim);
	}

	@Test
	void linkInPlaceOfTheFileIsRefusedAndNotFollowed() throws IOException {
		claim().close();
		Path elsewhere = Files.writeString(this.home.resolve("elsewhere"), "20001");
		Files.delete(file());
		Files.createSymbolicLink(file(), elsewhere);
		assertThatIOException().isThrownBy(this::claim);
		assertThat(elsewhere).content().isEqualTo("20001");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void pipeInPlaceOfTheFileDoesNotBlock() throws Exception {
		RequiredProgram.require("mkfifo", "coreutils");
		claim().close();
		Files.delete(file());
		assertThat(new ProcessBuilder("mkfifo", file().toString()).start().waitFor()).isZero();
		assertThatIOException().isThrownBy(() -> {
			try (StickyPort orders = claim()) {
				orders.port();
			}
		});
	}

	@Test
	@EnabledOnOs({ OS.LINUX, OS.MAC })
	void nobodyElseMayReadIt() throws IOException {
		try (StickyPort orders = claim()) {
			orders.remember(20001);
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder()))).isEqualTo("rwx------");
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
		}
	}

	private StickyPort claim() throws IOException {
		return StickyPort.claim(folder(), "orders", REGISTRY);
	}

	private Path folder() {
		return this.home.resolve("ports");
	}

	/**
	 * The name must never change, or the next version remembers nothing.
	 */
	private Path file() {
		return folder().resolve("orders-e5747b9e6879a0e0");
	}

}
