package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * On recorded rows; what a running system tells is in {@link PortHoldersTests}.
 */
@DisabledOnOs(OS.WINDOWS)
class LinuxSocketTableTests {

	private static final String HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
			+ "   uid  timeout inode                                                     \n";

	private static final String TCP = HEADER
			+ """
					   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 507 1 000000003c0c63dc 100 0 0 10 0                      \s
					   1: 0100007F:D259 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1485471 1 000000005a6b2b23 100 0 0 10 0                  \s
					   2: 0100007F:D259 0100007F:C736 01 00000000:00000000 00:00000000 00000000  1000        0 1485474 1 00000000ee60ca9c 20 0 0 10 -1                  \s
					   3: 0100007F:C736 0100007F:D259 06 00000000:00000000 03:00000BB8 00000000     0        0 0 3 0000000000000000                                     \s
					""";

	private static final String TCP6 = HEADER
			+ """
					   0: 00000000000000000000000001000000:D259 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  4711        0 1485472 1 00000000602262ae 100 0 0 10 0
					""";

	@TempDir
	Path folder;

	private LinuxSocketTable table;

	@BeforeEach
	void recordProc() throws IOException {
		assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
		Path proc = this.folder.resolve("proc");
		Path net = Files.createDirectories(proc.resolve("self/net"));
		Files.writeString(net.resolve("tcp"), TCP);
		Files.writeString(net.resolve("tcp6"), TCP6);
		openFile(proc, "4242", "0", "pipe:[1]");
		openFile(proc, "4242", "7", "socket:[1485471]");
		openFile(proc, "4243", "7", "socket:[1485471]");
		openFile(proc, "4243", "8", "socket:[1485474]");
		Files.writeString(Files.createDirectories(proc.resolve("4244")).resolve("fd"), "not to be looked into");
		Path passwd = Files.writeString(this.folder.resolve("passwd"),
				"root:x:0:0:root:/root:/bin/bash\nbroken\nme:x:1000:1000::/home/me:/bin/sh\n");
		this.table = new LinuxSocketTable(proc, passwd);
	}

	private static void openFile(Path proc, String pid, String number, String target) throws IOException {
		Path files = Files.createDirectories(proc.resolve(pid).resolve("fd"));
		Files.createSymbolicLink(files.resolve(number), Path.of(target));
	}

	@Test
	void socketsAreThoseOfAllProcessesThatHaveThem() {
		assertThat(this.table.find(Set.of(0xD259))).containsExactlyInAnyOrder(
				new OpenSocket(0xD259, "127.0.0.1", true, 4242, "me"),
				new OpenSocket(0xD259, "127.0.0.1", true, 4243, "me"),
				new OpenSocket(0xD259, "127.0.0.1", false, 4243, "me"),
				new OpenSocket(0xD259, "0:0:0:0:0:0:0:1", true, 0, "4711"));
	}

	@Test
	void socketOfAProcessThatMayNotBeLookedIntoHasAUser() {
		assertThat(this.table.find(Set.of(0x07E8))).containsExactly(new OpenSocket(0x07E8, "0.0.0.0", true, 0, "root"));
	}

	@Test
	void connectionThatNobodyHasAnyMoreIsNoSocket() {
		assertThat(this.table.find(Set.of(0xC736))).isEmpty();
	}

	@Test
	void portThatIsFreeHasNoSocket() {
		assertThat(this.table.find(Set.of(8080))).isEmpty();
	}

	@Test
	void nothingIsFoundWithoutWhatIsRead() {
		LinuxSocketTable empty = new LinuxSocketTable(this.folder.resolve("missing"), this.folder);
		assertThat(empty.find(Set.of(0xD259))).isEmpty();
	}

	@Test
	void userIsANumberWithoutTheUsers() {
		LinuxSocketTable anonymous = new LinuxSocketTable(this.folder.resolve("proc"), this.folder.resolve("missing"));
		assertThat(anonymous.find(Set.of(0x07E8))).containsExactly(new OpenSocket(0x07E8, "0.0.0.0", true, 0, "0"));
	}

	@Test
	void processThatListensIsToldFromOneThatDoesNot() {
		assertThat(this.table.isListening(0xD259, Set.of(4242L))).contains(true);
		assertThat(this.table.isListening(0xD259, Set.of(4244L, 4243L))).contains(true);
		assertThat(this.table.isListening(0x07E8, Set.of(4242L, 4243L))).contains(false);
	}

	@Test
	void processWithAConnectionFromThePortDoesNotListenThere() throws IOException {
		openFile(this.folder.resolve("proc"), "4245", "3", "socket:[1485474]");
		assertThat(this.table.isListening(0xD259, Set.of(4245L))).contains(false);
	}

	@Test
	void processThatMayNotBeLookedIntoMayListen() {
		assertThat(this.table.isListening(0x07E8, Set.of(4244L))).isEmpty();
		assertThat(this.table.isListening(0x07E8, Set.of(4242L, 4244L))).isEmpty();
		assertThat(this.table.isListening(0x07E8, Set.of(4711L))).isEmpty();
	}

	@Test
	void nothingIsToldOfAPortThatNobodyIsSeenToListenOn() {
		assertThat(this.table.isListening(8080, Set.of(4242L))).isEmpty();
		assertThat(this.table.isListening(0xC736, Set.of(4242L))).isEmpty();
	}

}
