package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import dev.aidis.port.Printable;
import dev.aidis.port.RequiredProgram;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * On the sockets and processes of this system.
 */
class PortHoldersTests {

	private static final String UNKNOWN_USER = "a process that cannot be seen from here, such as one in a container";

	private final PortHolders holders = new PortHolders();

	@TempDir
	Path folder;

	@Test
	void thisProcessIsFound() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(this.holders.find(server.getLocalPort())).singleElement().satisfies((holder) -> {
				assertThat(holder.isThisProcess()).isTrue();
				assertThat(holder.user()).isEqualTo(PortHolders.currentUser());
				assertThat(holder.listening()).isTrue();
				assertThat(holder.startedAt()).isBefore(Instant.now());
				assertThat(holder.describe()).isEqualTo("this process itself");
			});
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void processHasAnAddressForEachSocketAndADirectory() throws IOException {
		try (ServerSocket all = new ServerSocket(); ServerSocket other = new ServerSocket()) {
			all.bind(new InetSocketAddress("127.0.0.2", 0));
			other.bind(new InetSocketAddress("127.0.0.3", all.getLocalPort()));
			assertThat(this.holders.find(all.getLocalPort())).singleElement().satisfies((holder) -> {
				assertThat(holder.addresses()).containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3");
				assertThat(holder.directory()).isEqualTo(Path.of("").toAbsolutePath());
			});
		}
	}

	@Test
	void portThatNobodyListensOnHasNoHolder() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			assertThat(this.holders.find(port.number())).isEmpty();
		}
	}

	@Test
	void connectionFromAPortOccupiesItToo() throws IOException {
		try (ServerSocket server = new ServerSocket(0); Socket client = new Socket()) {
			client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
			assertThat(PortProbe.isInUse(client.getLocalPort(), null)).isTrue();
			assertThat(this.holders.find(client.getLocalPort())).singleElement()
				.extracting(PortHolder::describe)
				.isEqualTo("this process itself (it does not listen there, but has a connection from there)");
			assertThat(this.holders.find(server.getLocalPort())).singleElement()
				.extracting(PortHolder::listening)
				.isEqualTo(true);
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void foreignProgramIsNamedWithoutItsSecrets() throws Exception {
		RequiredProgram.require("python3", "python3");
		String server = "import http.server, sys\n"
				+ "s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n"
				+ "print(s.server_port, flush=True)\ns.serve_forever()";
		Process python = new ProcessBuilder("python3", "-c", server, "--token=s3cr3t").directory(this.folder.toFile())
			.start();
		try (var output = python.inputReader()) {
			int port = Integer.parseInt(output.readLine());
			assertThat(this.holders.find(port)).singleElement().satisfies((holder) -> {
				assertThat(holder.pid()).isEqualTo(python.pid());
				assertThat(holder.command()).contains("python3").contains("--token=******").doesNotContain("s3cr3t");
				assertThat(holder.describe())
					.startsWith("process " + python.pid() + " of user " + holder.user() + ", since ")
					.contains(": " + holder.command());
			});
			assertThat(this.holders.find(port).get(0).startedAt()).isBetween(Instant.now().minusSeconds(120),
					Instant.now().plusSeconds(60));
		}
		finally {
			python.destroyForcibly().waitFor();
		}
		await().untilAsserted(() -> assertThat(ProcessHandle.of(python.pid())).isEmpty());
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void processOfAnotherUserIsNamedToRoot() throws Exception {
		Process server = startAsNobody("listen");
		try (var output = server.inputReader()) {
			int port = Integer.parseInt(output.readLine());
			assertThat(this.holders.find(port)).singleElement().satisfies((holder) -> {
				assertThat(holder.pid()).isEqualTo(server.pid());
				assertThat(holder.user()).isEqualTo("nobody");
				assertThat(holder.command()).contains("AnotherUser listen");
			});
		}
		finally {
			server.destroyForcibly().waitFor();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void processThatMayNotBeLookedIntoIsSaidToBeOne() throws Exception {
		try (ServerSocket server = new ServerSocket(0)) {
			Process looker = startAsNobody("find", String.valueOf(server.getLocalPort()));
			try (var output = looker.inputReader()) {
				assertThat(output.readLine()).isEqualTo("a process of user root, which user nobody may not look at");
			}
			finally {
				looker.destroyForcibly().waitFor();
			}
		}
	}

	/**
	 * Start {@link AnotherUser} with classes that anybody may read.
	 */
	private Process startAsNobody(String... arguments) throws IOException {
		RequiredProgram.require("setpriv", "util-linux");
		assumeThat(PortHolders.currentUser()).as("only root can become another user").isEqualTo("root");
		Path classes = this.folder.resolve("classes");
		for (Class<?> type : List.of(Printable.class, PortHolders.class, AnotherUser.class)) {
			Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
			FileSystemUtils.copyRecursively(source.resolve("dev"), classes.resolve("dev"));
		}
		try (Stream<Path> folders = Files.walk(this.folder).filter(Files::isDirectory)) {
			for (Path each : folders.toList()) {
				Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
			}
		}
		List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
				classes.toString(), AnotherUser.class.getName()));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
			.directory(this.folder.toFile())
			.start();
	}

	@Test
	void processesAreDescribedUpToThree() {
		List<PortHolder> five = Stream.generate(() -> holder(0, null)).limit(5).toList();
		assertThat(PortHolders.describe(five)).containsExactly(UNKNOWN_USER, UNKNOWN_USER, UNKNOWN_USER, "and 2 more");
		assertThat(PortHolders.describe(List.of())).isEmpty();
	}

	@Test
	void processOfWhichNothingIsKnownIsANumber() {
		assertThat(holder(4242, null).describe()).isEqualTo("process 4242");
	}

	@Test
	void processOfTheSameUserThatCannotBeSeenIsElsewhere() {
		assertThat(holder(0, PortHolders.currentUser()).describe()).isEqualTo(UNKNOWN_USER);
	}

	@Test
	void whatIsUnprintableIsEscaped() {
		PortHolder holder = new PortHolder(4242, "m\ne", "java", null, Path.of("/tmp/a\u001Bb"), List.of(), true);
		assertThat(holder.describe())
			.isEqualTo("process 4242 of user m\\u000ae, in " + Path.of("/tmp/a").toString() + "\\u001bb: java");
	}

	@Test
	void socketsOfOneProcessAreOneHolderAndListenersHideConnections() {
		PortHolders recorded = new PortHolders((ports) -> List.of(new OpenSocket(1, "127.0.0.1", true, 0, "root"),
				new OpenSocket(1, "::1", true, 0, "root"), new OpenSocket(1, "::1", true, 0, "me"),
				new OpenSocket(1, "127.0.0.9", false, 0, "other")));
		assertThat(recorded.find(1)).extracting(PortHolder::addresses)
			.containsExactly(List.of("127.0.0.1", "::1"), List.of("::1"));
	}

	private static PortHolder holder(long pid, String user) {
		return new PortHolder(pid, user, null, null, null, List.of("0.0.0.0"), true);
	}

}
