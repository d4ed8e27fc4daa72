package dev.aidis.port.sample.mcp.tools;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.assignment.PortHolders;

/**
 * Finds out from the operating system whether it is an instance's own process that
 * listens on its port, its parent or one of its children, which often share a server.
 * These few processes are asked about first, since to look at all there are takes long on
 * a machine that has many.
 */
final class PortOwnership {

	private final BiFunction<Integer, Set<Long>, Optional<Boolean>> listening;

	private final IntFunction<List<PortHolder>> portHolders;

	PortOwnership() {
		this(new PortHolders());
	}

	private PortOwnership(PortHolders holders) {
		this(holders::isListening, holders::find);
	}

	/**
	 * Create a new instance.
	 * @param listening tells whether one of some processes listens on a port, if that is
	 * known
	 * @param portHolders finds out of all processes which of them have a port
	 */
	PortOwnership(BiFunction<Integer, Set<Long>, Optional<Boolean>> listening,
			IntFunction<List<PortHolder>> portHolders) {
		this.listening = listening;
		this.portHolders = portHolders;
	}

	/**
	 * Find out whose the port of an instance is.
	 */
	Owner of(PortRegistration registration) {
		Optional<ProcessHandle> process = ProcessHandle.of(registration.pid());
		if (process.isEmpty() || registration.metadata().containsKey(PortRegistration.LOCAL_PORT)) {
			// It runs in a container, and what listens here is what leads there.
			return Owner.unknown();
		}
		Set<Long> family = family(process.get());
		Optional<Boolean> listens = this.listening.apply(registration.port(), family);
		if (listens.orElse(false)) {
			return Owner.itself();
		}
		List<PortHolder> holders = this.portHolders.apply(registration.port())
			.stream()
			.filter(PortHolder::listening)
			.toList();
		if (holders.stream().anyMatch((holder) -> family.contains(holder.pid()))) {
			return Owner.itself();
		}
		// Who cannot be seen may be the instance, unless that was seen not to listen.
		if (holders.isEmpty() || (listens.isEmpty() && holders.stream().anyMatch((holder) -> holder.pid() == 0))) {
			return Owner.unknown();
		}
		return Owner.stranger(holders.get(0).describe());
	}

	private static Set<Long> family(ProcessHandle process) {
		return Stream.of(Stream.of(process), process.parent().stream(), process.children())
			.flatMap((processes) -> processes)
			.map(ProcessHandle::pid)
			.collect(Collectors.toSet());
	}

	/**
	 * Whose a port is.
	 *
	 * @param isItself whether it is the instance's, for certain
	 * @param stranger another program that has it, for certain
	 */
	record Owner(boolean isItself, Optional<String> stranger) {

		private static Owner itself() {
			return new Owner(true, Optional.empty());
		}

		private static Owner unknown() {
			return new Owner(false, Optional.empty());
		}

		private static Owner stranger(String description) {
			return new Owner(false, Optional.of(description));
		}

	}

}
