package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SystemPorts}.
 */
class SystemPortsTests {

	@TempDir
	Path folder;

	@Test
	void rangeForOutgoingConnectionsIsWhatTheKernelTells() throws IOException {
		Files.writeString(this.folder.resolve("ip_local_port_range"), "40000\t50000\n");
		assertThat(systemPorts().ephemeral()).isEqualTo(new PortRange(40000, 50000));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "50000\t40000" })
	void rangeForOutgoingConnectionsIsTheUsualOneWhereTheKernelDoesNotTell(String content) throws IOException {
		Files.writeString(this.folder.resolve("ip_local_port_range"), content);
		assertThat(systemPorts().ephemeral()).isEqualTo(usual());
		Files.delete(this.folder.resolve("ip_local_port_range"));
		assertThat(systemPorts().ephemeral()).isEqualTo(usual());
	}

	@Test
	void lowestUnprivilegedPortIsWhatTheKernelTells() throws IOException {
		assertThat(systemPorts().unprivileged()).isEqualTo(1024);
		Files.writeString(this.folder.resolve("ip_unprivileged_port_start"), "0\n");
		assertThat(systemPorts().unprivileged()).isZero();
		assertThat(systemPorts().isForbidden(new PortRange(80, 90))).isFalse();
	}

	@Test
	void portsThatNeedNoPrivilegeAreNeverForbidden() {
		assertThat(systemPorts().isForbidden(new PortRange(80, 1024))).isFalse();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void thisSystemTells() throws IOException {
		PortRange ephemeral = new SystemPorts().ephemeral();
		try (InputStream told = Files.newInputStream(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
			byte[] buffer = new byte[100];
			String text = new String(buffer, 0, told.read(buffer), StandardCharsets.US_ASCII);
			assertThat(text.strip().split("\\s+")).containsExactly(String.valueOf(ephemeral.first()),
					String.valueOf(ephemeral.last()));
		}
	}

	private SystemPorts systemPorts() {
		return new SystemPorts(this.folder);
	}

	private static PortRange usual() {
		return OS.LINUX.isCurrentOs() ? new PortRange(32768, 60999) : new PortRange(49152, 65535);
	}

}
