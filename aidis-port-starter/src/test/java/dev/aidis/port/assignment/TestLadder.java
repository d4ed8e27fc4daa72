package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/**
 * Decides about the port of an environment, with ports that are free or not as the test
 * says, on a machine where nobody owns any.
 */
final class TestLadder {

	private TestLadder() {
	}

	static PortAssignment climb(TestEnvironment environment, BiPredicate<Integer, @Nullable InetAddress> freePort,
			RecordingLog log) {
		PortAssignmentProperties properties = environment.properties();
		ServiceName name = ServiceName.of(environment, properties, log::warn);
		PortChooser chooser = new PortChooser(name.value(), () -> "", new FreePorts(environment, freePort),
				new StickyPorts(environment, properties, name.value(), () -> "", log), new SystemPorts(), nobody(),
				log);
		return new PortLadder(environment, properties, name, chooser, log)
			.climb((source) -> !TestEnvironment.APPLICATION_CONFIGURATION.equals(source.getName()))
			.assignment();
	}

	static PortOwners nobody() {
		return new PortOwners(Map::of, new PortHolders((ports) -> List.of()));
	}

}
