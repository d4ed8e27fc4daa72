package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Finds out which processes have a TCP port. On Linux it reads {@code /proc}; elsewhere
 * it asks {@code lsof} or, on Windows, {@code netstat}. What this user may not see, or
 * what is in another network namespace, is not found; no question ever fails, and none
 * takes longer than some seconds. The answer costs a look at all processes, so it is for
 * explaining, not for choosing a port.
 *
 * @since 0.1.0
 */
public final class PortHolders {

	private static final int SHOWN = 3;

	private final SocketTable sockets;

	/**
	 * Create a new instance for this operating system.
	 */
	public PortHolders() {
		this(SocketTable.system());
	}

	PortHolders(SocketTable sockets) {
		this.sockets = sockets;
	}

	/**
	 * Find the processes that have a port: those that listen there, or, if none does,
	 * those that have connections from there, which occupy it as well.
	 * @param port the port, 1 to 65535
	 * @return the processes, the one that has run the longest first
	 */
	public List<PortHolder> find(int port) {
		return findAll(Set.of(port)).getOrDefault(port, List.of());
	}

	/**
	 * Tell whether one of some processes listens on a port. Unlike {@link #find}, this
	 * looks at no other process.
	 * @param port the port, 1 to 65535
	 * @param pids the processes
	 * @return whether one does, or empty where the operating system does not tell: not
	 * all of them may be looked into, nothing that listens is seen, or it is not Linux
	 */
	public Optional<Boolean> isListening(int port, Set<Long> pids) {
		return this.sockets.isListening(port, pids);
	}

	/**
	 * Find the processes that have ports, at the price of one.
	 * @param ports the ports
	 * @return the processes by port, without ports that nobody is seen to have
	 */
	Map<Integer, List<PortHolder>> findAll(Set<Integer> ports) {
		return this.sockets.find(ports)
			.stream()
			.collect(Collectors.groupingBy(OpenSocket::port,
					Collectors.collectingAndThen(Collectors.toList(), PortHolders::holders)));
	}

	private static List<PortHolder> holders(List<OpenSocket> open) {
		boolean listening = open.stream().anyMatch(OpenSocket::listening);
		Map<String, List<OpenSocket>> byProcess = open.stream()
			.filter((socket) -> socket.listening() == listening)
			.collect(Collectors.groupingBy((socket) -> (socket.pid() != 0) ? "" + socket.pid() : "?" + socket.user(),
					LinkedHashMap::new, Collectors.toList()));
		return byProcess.values()
			.stream()
			.map(PortHolders::holder)
			.sorted(Comparator.comparing(PortHolder::startedAt, Comparator.nullsLast(Comparator.naturalOrder())))
			.toList();
	}

	private static PortHolder holder(List<OpenSocket> sockets) {
		OpenSocket first = sockets.get(0);
		List<String> addresses = sockets.stream().map(OpenSocket::address).distinct().toList();
		Optional<ProcessHandle> process = (first.pid() != 0) ? ProcessHandle.of(first.pid()) : Optional.empty();
		String user = process.flatMap((handle) -> handle.info().user()).orElse(first.user());
		Instant startedAt = process.flatMap((handle) -> handle.info().startInstant())
			.map((start) -> start.truncatedTo(ChronoUnit.SECONDS))
			.orElse(null);
		return new PortHolder(first.pid(), user, process.map(CommandLine::of).orElse(null), startedAt,
				process.map(PortHolders::directory).orElse(null), addresses, first.listening());
	}

	private static @Nullable Path directory(ProcessHandle process) {
		try {
			return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
		}
		catch (IOException | UnsupportedOperationException ex) {
			return null;
		}
	}

	/**
	 * Describe processes for people, each as {@link PortHolder#describe()} does.
	 * @param holders the processes
	 * @return a line for each of the first three and one for the rest; none if there is
	 * no process
	 */
	public static List<String> describe(Collection<PortHolder> holders) {
		List<String> lines = new ArrayList<>(holders.stream().limit(SHOWN).map(PortHolder::describe).toList());
		if (holders.size() > SHOWN) {
			lines.add("and " + (holders.size() - SHOWN) + " more");
		}
		return lines;
	}

	static String currentUser() {
		return ProcessHandle.current()
			.info()
			.user()
			.orElseGet(() -> Objects.requireNonNullElse(System.getProperty("user.name"), "?"));
	}

}
