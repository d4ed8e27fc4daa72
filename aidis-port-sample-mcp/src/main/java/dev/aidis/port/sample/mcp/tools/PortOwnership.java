package dev.aidis.port.sample.mcp.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.assignment.PortHolders;

/**
 * Finds out from the operating system whether it is an instance's own process that
 * listens on its port, its parent or one of its children, which often share a server. On
 * Linux these few processes are looked into first, see {@code proc_pid_fd(5)}, since to
 * look at all there are takes long on a machine that has many.
 */
final class PortOwnership {

	private static final int LISTEN = 0x0A;

	private final Path proc;

	private final IntFunction<List<PortHolder>> portHolders;

	PortOwnership() {
		this(Path.of("/proc"), new PortHolders()::find);
	}

	/**
	 * Create a new instance.
	 * @param proc where the {@code proc} file system is mounted, if it is
	 * @param portHolders finds out of all processes which of them have a port
	 */
	PortOwnership(Path proc, IntFunction<List<PortHolder>> portHolders) {
		this.proc = proc;
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
		Set<String> listening = listening(registration.port());
		boolean seen = !listening.isEmpty();
		for (long pid : family) {
			Optional<Set<String>> sockets = sockets(pid);
			seen &= sockets.isPresent();
			if (sockets.isPresent() && sockets.get().stream().anyMatch(listening::contains)) {
				return Owner.itself();
			}
		}
		List<PortHolder> holders = this.portHolders.apply(registration.port())
			.stream()
			.filter(PortHolder::listening)
			.toList();
		if (holders.stream().anyMatch((holder) -> family.contains(holder.pid()))) {
			return Owner.itself();
		}
		// Who cannot be seen may be the instance, unless that was seen not to listen.
		if (holders.isEmpty() || (!seen && holders.stream().anyMatch((holder) -> holder.pid() == 0))) {
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
	 * The sockets that listen on a port, as {@code proc_pid_net(5)} tells.
	 */
	private Set<String> listening(int port) {
		Set<String> sockets = new HashSet<>();
		for (String table : List.of("self/net/tcp", "self/net/tcp6")) {
			try (Stream<String> lines = Files.lines(this.proc.resolve(table), StandardCharsets.ISO_8859_1)) {
				lines.skip(1)
					.map((line) -> line.strip().split("\\s+"))
					.filter((row) -> row.length > 9 && row[1].endsWith(":%04X".formatted(port))
							&& Integer.parseInt(row[3], 16) == LISTEN)
					.forEach((row) -> sockets.add("socket:[" + row[9] + "]"));
			}
			catch (IOException | UncheckedIOException | NumberFormatException ex) {
				// Another operating system.
			}
		}
		return sockets;
	}

	/**
	 * The sockets of a process, or empty if this user may not look into it.
	 */
	private Optional<Set<String>> sockets(long pid) {
		try (Stream<Path> files = Files.list(this.proc.resolve(pid + "/fd"))) {
			return Optional.of(files.map(PortOwnership::target).collect(Collectors.toSet()));
		}
		catch (IOException | UncheckedIOException ex) {
			return Optional.empty();
		}
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "";
		}
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
