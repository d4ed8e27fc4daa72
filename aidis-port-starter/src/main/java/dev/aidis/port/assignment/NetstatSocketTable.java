package dev.aidis.port.assignment;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Asks {@code netstat} of Windows. The names of its columns and states are translated, so
 * that a socket listens is told by the port of the other end, which is 0.
 */
final class NetstatSocketTable implements SocketTable {

	private static final Pattern ROW = Pattern.compile(
			"\\s*TCP\\s+(?<address>\\S+):(?<port>\\d{1,5})\\s+\\S+:(?<foreign>\\d{1,5})\\s.*?(?<pid>\\d{1,18})\\s*");

	@Override
	public List<OpenSocket> find(Set<Integer> ports) {
		// Windows would also look for a program in the working directory.
		String system = Objects.requireNonNullElse(System.getenv("SystemRoot"), "C:\\Windows");
		return parse(SystemCommand.run(Path.of(system, "System32", "netstat.exe").toString(), "-ano"), ports);
	}

	static List<OpenSocket> parse(String output, Set<Integer> ports) {
		return output.lines()
			.map(ROW::matcher)
			.filter((row) -> row.matches() && ports.contains(Integer.valueOf(row.group("port"))))
			.map(NetstatSocketTable::socket)
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * A connection that lingers has the process id 0.
	 */
	private static @Nullable OpenSocket socket(Matcher row) {
		long pid = Long.parseLong(row.group("pid"));
		return (pid != 0) ? new OpenSocket(Integer.parseInt(row.group("port")),
				row.group("address").replaceAll("[\\[\\]]", ""), Integer.parseInt(row.group("foreign")) == 0, pid, null)
				: null;
	}

}
