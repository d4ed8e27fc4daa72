package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessIdentityTests {

	@TempDir
	Path root;

	private final ProcessTable processes = new PortableProcessTable();

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTellsAllOfIt() {
		ProcessIdentity self = ProcessIdentity.current(ProcessTable.system());
		assertThat(self.hostId()).matches("[0-9a-f]{16}");
		assertThat(self.bootId()).matches("[0-9a-f-]{36}");
		assertThat(self.pidNamespace()).matches("\\d+");
		assertThat(self.startTicks()).matches("\\d+");
		assertThat(self).isEqualTo(ProcessIdentity.current(ProcessTable.system()));
	}

	@Test
	void whatTheSystemDoesNotTellIsUnknown() throws IOException {
		ProcessIdentity self = current();
		assertThat(self.bootId()).isNull();
		assertThat(self.pidNamespace()).isNull();
		assertThat(self.timeNamespace()).isNull();
		assertThat(self.startTicks()).isEqualTo(this.processes.startTicks(ProcessHandle.current().pid()));
	}

	@Test
	@DisabledIfEnvironmentVariable(named = "COMPUTERNAME", matches = ".+")
	void machineWithoutAnyNameIsUnknown() throws IOException {
		assertThat(current().hostId()).isNull();
		write("etc/machine-id", " \n");
		assertThat(current().hostId()).isNull();
	}

	@Test
	void machineIdIsNotShownAndTellsMachinesApart() throws IOException {
		write("etc/machine-id", "c0ffee\n");
		String one = current().hostId();
		assertThat(one).matches("[0-9a-f]{16}").doesNotContain("c0ffee");
		write("proc/sys/kernel/hostname", "renamed\n");
		assertThat(current().hostId()).isEqualTo(one);
		write("etc/machine-id", "decaf\n");
		assertThat(current().hostId()).matches("[0-9a-f]{16}").isNotEqualTo(one);
	}

	@Test
	@DisabledIfEnvironmentVariable(named = "COMPUTERNAME", matches = ".+")
	void nameOfTheHostStandsInForTheMachineId() throws IOException {
		write("proc/sys/kernel/hostname", "one\n");
		String one = current().hostId();
		assertThat(one).matches("[0-9a-f]{16}");
		write("proc/sys/kernel/hostname", "two\n");
		assertThat(current().hostId()).isNotNull().isNotEqualTo(one);
	}

	@Test
	void bootIsKnownByItsId() throws IOException {
		write("proc/sys/kernel/random/boot_id", "4f3c\n");
		assertThat(current().bootId()).isEqualTo("4f3c");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void namespacesAreKnownByTheirNumbers() throws IOException {
		Path folder = Files.createDirectories(this.root.resolve("proc/self/ns"));
		Files.createSymbolicLink(folder.resolve("pid"), Path.of("pid:[4026531836]"));
		Files.createSymbolicLink(folder.resolve("time"), Path.of("time:[4026531834]"));
		assertThat(current().pidNamespace()).isEqualTo("4026531836");
		assertThat(current().timeNamespace()).isEqualTo("4026531834");
	}

	@Test
	void startIsUnknownWhereTheProcessTableFails() {
		assertThat(ProcessIdentity.current(new FailingProcessTable(), this.root).startTicks()).isNull();
	}

	private ProcessIdentity current() {
		return ProcessIdentity.current(this.processes, this.root);
	}

	private void write(String file, String content) throws IOException {
		Path path = this.root.resolve(file);
		Files.createDirectories(path.getParent());
		Files.writeString(path, content);
	}

	private static final class FailingProcessTable implements ProcessTable {

		@Override
		public @Nullable String startTicks(long pid) throws IOException {
			throw new IOException("Too many open files");
		}

		@Override
		public boolean isThread(long pid) {
			return false;
		}

		@Override
		public boolean isComplete() {
			return true;
		}

	}

}
