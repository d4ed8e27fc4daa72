package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortAssignment.Step;

import static org.assertj.core.api.Assertions.assertThat;

class PortPoolTests {

	@TempDir
	Path folder;

	@Test
	@EnabledOnOs(OS.LINUX)
	void leasesOfTheRangeAreCountedAndNoOthers() {
		try (ReservedRange reserved = ReservedRange.of(8)) {
			PortPool pool = new PortPool(new PortRange(reserved.first(), reserved.last()));
			assertThat(pool.size()).isEqualTo(8);
			assertThat(pool.leased()).as("the range's marker is outside of it").hasValue(0);
			PortLease one = PortLease.take(reserved.first());
			PortLease two = PortLease.take(reserved.last());
			assertThat(one).isNotNull();
			assertThat(two).isNotNull();
			assertThat(pool.leased()).hasValue(2);
			one.close();
			assertThat(pool.leased()).hasValue(1);
			two.close();
			assertThat(pool.leased()).hasValue(0);
		}
	}

	@Test
	void socketsAtOtherAddressesAreNoLeases() throws IOException {
		// 127.0.0.1, port 20000, as little-endian and as big-endian machines write it.
		Path table = Files.writeString(this.folder.resolve("udp"), """
				   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
				  1: 0100007F:4E20 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 0
				  2: 7F000001:4E20 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 0
				  3: 00000000:4E21 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 0
				  4: 0100007F:4E2B 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4 2 0 0
				nonsense
				""");
		assertThat(new PortPool(new PortRange(20000, 20009), table).leased()).hasValue(1);
	}

	@Test
	void whereTheSystemDoesNotTellNothingIsGuessed() {
		PortPool pool = new PortPool(new PortRange(20000, 20009), this.folder.resolve("missing"));
		assertThat(pool.leased()).isEqualTo(OptionalInt.empty());
		assertThat(pool).hasToString("20000-20009");
		assertThat(pool.contains(20009)).isTrue();
		assertThat(pool.contains(20010)).isFalse();
	}

	@Test
	void thePoolIsThatOfTheSettingThatDecidedAlsoAfterThePortWasReplaced() {
		PortAssignment assignment = new PortAssignment("orders", Rung.SERVICE_SETTING, 20003, "AIDIS_ORDERS_PORT",
				List.of(new Step(Rung.SERVICE_SETTING, "AIDIS_ORDERS_PORT", "20000-20009", Step.DECIDES),
						new Step(Rung.RANGE, "aidis.port.range", "30000-30009", "not used")));
		assertThat(assignment.pool()).map(PortPool::toString).contains("20000-20009");
		assertThat(assignment.movedTo(20004).pool()).map(PortPool::toString).contains("20000-20009");
		assertThat(assignment.movedTo(0).pool()).isEmpty();
	}

}
