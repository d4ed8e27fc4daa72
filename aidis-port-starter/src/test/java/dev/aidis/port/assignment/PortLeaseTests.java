package dev.aidis.port.assignment;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link PortLease}.
 */
class PortLeaseTests {

	@TempDir
	Path folder;

	private final ReservedRange range = ReservedRange.of(1);

	private final int port = this.range.first();

	@AfterEach
	void release() {
		this.range.close();
	}

	@Test
	void oneAtATimeHasIt() {
		PortLease lease = PortLease.take(this.port);
		assertThat(lease).isNotNull();
		assertThat(PortLease.take(this.port)).isNull();
		lease.close();
		lease.close();
		assertTaken(PortLease.take(this.port));
	}

	@Test
	void portItselfMayBeOpenedMeanwhile() throws IOException {
		PortLease lease = PortLease.take(this.port);
		try (ServerSocket server = new ServerSocket(this.port)) {
			assertThat(server.isBound()).isTrue();
			assertThat(PortLease.take(this.port)).isNull();
		}
		assertTaken(lease);
	}

	@Test
	void classLoadersOfOneJvmExcludeEachOther() throws Exception {
		URL[] classPath = { PortLease.class.getProtectionDomain().getCodeSource().getLocation() };
		try (URLClassLoader other = new URLClassLoader(classPath, null)) {
			Method take = other.loadClass(PortLease.class.getName()).getDeclaredMethod("take", int.class);
			take.setAccessible(true);
			PortLease lease = PortLease.take(this.port);
			assertThat(take.invoke(null, this.port)).isNull();
			assertTaken(lease);
			AutoCloseable theirs = (AutoCloseable) take.invoke(null, this.port);
			assertThat(theirs).isNotNull();
			assertThat(PortLease.take(this.port)).isNull();
			theirs.close();
		}
	}

	@Test
	void processThatIsKilledLeavesIt() throws Exception {
		try (JavaProcess process = JavaProcess.start(LeaseProcess.class, String.valueOf(this.port))) {
			process.awaitLine("lease taken");
			assertThat(PortLease.take(this.port)).isNull();
			process.kill();
			assertTaken(PortLease.take(this.port));
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void otherUsersAreExcludedToo() throws Exception {
		RequiredProgram.require("setpriv", "util-linux");
		assumeTrue("root".equals(System.getProperty("user.name")), "only root becomes another user");
		publishClasses();
		List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
		PortLease lease = PortLease.take(this.port);
		assertThat(tryInProcess(asNobody)).isEqualTo("lease refused");
		assertTaken(lease);
		assertThat(tryInProcess(asNobody)).isEqualTo("lease taken");
	}

	/**
	 * Where the network is another one, so are the ports.
	 */
	@Test
	@EnabledOnOs(OS.LINUX)
	void otherNetworkNamespaceHasLeasesOfItsOwn() throws Exception {
		RequiredProgram.require("unshare", "util-linux");
		RequiredProgram.require("ip", "iproute2");
		Process supported = new ProcessBuilder("unshare", "--map-root-user", "--net", "ip", "link", "set", "lo", "up")
			.start();
		assumeTrue(supported.waitFor() == 0, "network namespaces are not allowed here");
		publishClasses();
		PortLease lease = PortLease.take(this.port);
		assertThat(tryInProcess(
				List.of("unshare", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "-")))
			.isEqualTo("lease taken");
		assertTaken(lease);
	}

	@Test
	void portWhoseNumberSomebodyUsesForUdpCannotBeLeased() throws IOException {
		try (DatagramSocket foreign = new DatagramSocket(this.port)) {
			assertThat(foreign.isBound()).isTrue();
			assertThat(PortLease.take(this.port)).isNull();
			assertThat(PortLease.isAvailable()).isTrue();
		}
	}

	private static void assertTaken(PortLease lease) {
		assertThat(lease).isNotNull();
		lease.close();
	}

	private String tryInProcess(List<String> through) throws Exception {
		try (JavaProcess process = JavaProcess.start(through, this.folder.toString(), Map.of(),
				LeaseProcess.class.getName(), String.valueOf(this.port))) {
			return process.awaitLine("lease ");
		}
	}

	/**
	 * Copy the classes to where also another user may read them.
	 */
	private void publishClasses() throws Exception {
		Files.setPosixFilePermissions(this.folder, PosixFilePermissions.fromString("rwxr-xr-x"));
		for (Class<?> type : List.of(PortLease.class, LeaseProcess.class)) {
			String name = type.getName().replace('.', '/') + ".class";
			Path copy = this.folder.resolve(name);
			Files.createDirectories(copy.getParent());
			Files.copy(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve(name), copy);
		}
	}

}
