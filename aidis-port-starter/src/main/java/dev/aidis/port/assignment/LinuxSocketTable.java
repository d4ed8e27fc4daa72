package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc/net/tcp} and {@code tcp6}, see {@code proc_pid_net(5)}, which tell
 * the inode and the user of every socket in this network namespace, and looks for the
 * inode among the open files of the processes, as far as this user may look into them.
 */
final class LinuxSocketTable implements SocketTable {

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static final Pattern ROW = Pattern.compile("\\s*\\d+: (?<address>\\p{XDigit}+):(?<port>\\p{XDigit}{4})"
			+ " \\p{XDigit}+:\\p{XDigit}{4} (?<state>\\p{XDigit}{2}) \\S+ \\S+ \\S+ +(?<uid>\\d+) +\\d+ (?<inode>\\d+).*");

	private static final String LISTEN = "0A";

	/**
	 * A connection that lingers, which no process has any more.
	 */
	private static final String NO_INODE = "0";

	private final Path proc;

	private final Path passwd;

	/**
	 * Create a new table.
	 * @param proc where the {@code proc} file system is mounted
	 * @param passwd the system's users, see {@code passwd(5)}
	 */
	LinuxSocketTable(Path proc, Path passwd) {
		this.proc = proc;
		this.passwd = passwd;
	}

	@Override
	public List<OpenSocket> find(Set<Integer> ports) {
		List<Row> rows = rows(ports);
		if (rows.isEmpty()) {
			return List.of();
		}
		Map<String, List<Long>> processes = processes(rows.stream().map(Row::link).collect(Collectors.toSet()));
		List<OpenSocket> sockets = new ArrayList<>();
		for (Row row : rows) {
			for (long pid : processes.getOrDefault(row.link(), List.of(0L))) {
				sockets.add(new OpenSocket(row.port(), row.address(), row.listening(), pid, user(row.uid())));
			}
		}
		return sockets;
	}

	private List<Row> rows(Set<Integer> ports) {
		return Stream.of("self/net/tcp", "self/net/tcp6")
			.flatMap((table) -> lines(this.proc.resolve(table)).stream())
			.map(Row::parse)
			.filter((row) -> row != null && ports.contains(row.port()) && !NO_INODE.equals(row.inode()))
			.toList();
	}

	@Override
	public Optional<Boolean> isListening(int port, Set<Long> pids) {
		Set<String> links = rows(Set.of(port)).stream()
			.filter(Row::listening)
			.map(Row::link)
			.collect(Collectors.toSet());
		boolean known = !links.isEmpty();
		for (long pid : pids) {
			Optional<Set<String>> open = openFiles(this.proc.resolve(Long.toString(pid)), links);
			if (open.isPresent() && !open.get().isEmpty()) {
				return Optional.of(true);
			}
			known &= open.isPresent();
		}
		return known ? Optional.of(false) : Optional.empty();
	}

	/**
	 * Find the processes that have sockets open. One socket may be several processes', of
	 * which all but one have inherited it.
	 */
	private Map<String, List<Long>> processes(Set<String> links) {
		Map<String, List<Long>> found = new HashMap<>();
		long start = System.nanoTime();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(this.proc, "[0-9]*")) {
			for (Path process : processes) {
				if (System.nanoTime() - start > LIMIT.toNanos()) {
					break;
				}
				for (String link : openFiles(process, links).orElse(Set.of())) {
					found.computeIfAbsent(link, (key) -> new ArrayList<>())
						.add(Long.parseLong(process.getFileName().toString()));
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			// What was found until now is better than nothing.
		}
		return found;
	}

	/**
	 * Find which of some files a process has open; empty if this user may not look into
	 * the process.
	 */
	private static Optional<Set<String>> openFiles(Path process, Set<String> wanted) {
		try (Stream<Path> files = Files.list(process.resolve("fd"))) {
			return Optional
				.of(files.map(LinuxSocketTable::target).filter(wanted::contains).collect(Collectors.toSet()));
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

	private String user(String uid) {
		return lines(this.passwd).stream()
			.map((line) -> line.split(":", -1))
			.filter((fields) -> fields.length > 2 && fields[2].equals(uid))
			.map((fields) -> fields[0])
			.findFirst()
			.orElse(uid);
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	/**
	 * A row of {@code /proc/net/tcp}, or of {@code udp}, which has the same columns.
	 */
	record Row(String address, int port, boolean listening, String uid, String inode) {

		static @Nullable Row parse(String line) {
			Matcher row = ROW.matcher(line);
			if (!row.matches()) {
				return null;
			}
			return new Row(address(row.group("address")), Integer.parseInt(row.group("port"), 16),
					LISTEN.equals(row.group("state")), row.group("uid"), row.group("inode"));
		}

		String link() {
			return "socket:[" + this.inode + "]";
		}

		/**
		 * Addresses stand there in words of 32 bits, each in the machine's own byte
		 * order.
		 */
		private static String address(String words) {
			ByteBuffer bytes = ByteBuffer.allocate(words.length() / 2).order(ByteOrder.nativeOrder());
			while (bytes.remaining() >= Integer.BYTES) {
				int start = bytes.position() * 2;
				bytes.putInt(Integer.parseUnsignedInt(words, start, start + 8, 16));
			}
			try {
				return InetAddress.getByAddress(bytes.array()).getHostAddress();
			}
			catch (UnknownHostException ex) {
				return words;
			}
		}

	}

}
