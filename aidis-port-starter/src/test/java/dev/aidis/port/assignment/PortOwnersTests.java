package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PortOwnersTests {

	private final List<Set<Integer>> questions = new ArrayList<>();

	private final PortOwners owners = new PortOwners(() -> Map.of(20000, "service 'stock'"),
			new PortHolders((ports) -> {
				this.questions.add(ports);
				return List.of(new OpenSocket(20001, "0.0.0.0", true, ProcessHandle.current().pid(), null));
			}));

	@Test
	void registryIsAskedBeforeTheOperatingSystem() {
		assertThat(this.owners.describe(20000)).isEqualTo("service 'stock'");
		assertThat(this.questions).isEmpty();
		assertThat(this.owners.describe(20001)).isEqualTo("this process itself");
	}

	@Test
	void operatingSystemIsAskedOnceForAllPorts() {
		assertThat(this.owners.describe(List.of(20002, 20001, 20000)).toString())
			.isEqualTo("{20000=service 'stock', 20001=this process itself, "
					+ "20002=a service that is about to open it, or a process that cannot be seen from here}");
		assertThat(this.questions).containsExactly(Set.of(20001, 20002));
	}

}
