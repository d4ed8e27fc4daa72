package dev.aidis.port.assignment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Asks {@code lsof}, which macOS brings along, for its output for other programs, see
 * {@code lsof(8)}. Without being root it tells of the user's own processes only.
 */
final class LsofSocketTable implements SocketTable {

	private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");

	@Override
	public List<OpenSocket> find(Set<Integer> ports) {
		return Stream.of("/usr/sbin/lsof", "/usr/bin/lsof", "/usr/local/sbin/lsof")
			.filter((program) -> Files.isExecutable(Path.of(program)))
			.findFirst()
			.map((program) -> parse(SystemCommand.run(program, "-nPw", "-iTCP:" + list(ports), "-FpLnT"), ports))
			.orElse(List.of());
	}

	private static String list(Set<Integer> ports) {
		return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
	}

	/**
	 * Read the output: one field a line, named by its first character. Those of a socket
	 * follow its name ({@code n}), those of a process its id ({@code p}).
	 */
	static List<OpenSocket> parse(String output, Set<Integer> ports) {
		List<OpenSocket> sockets = new ArrayList<>();
		long pid = 0;
		String user = null;
		String name = "";
		for (String line : output.lines().filter((field) -> !field.isEmpty()).toList()) {
			String value = line.substring(1);
			switch (line.charAt(0)) {
				case 'p' -> {
					pid = value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
					user = null;
				}
				case 'L' -> user = value;
				case 'n' -> name = value;
				case 'T' -> add(sockets, name, value, ports, pid, user);
				default -> {
				}
			}
		}
		return sockets;
	}

	private static void add(List<OpenSocket> sockets, String name, String information, Set<Integer> ports, long pid,
			@Nullable String user) {
		String local = name.replaceFirst("->.*", "");
		Matcher end = PORT.matcher(local);
		if (information.startsWith("ST=") && end.find() && ports.contains(Integer.valueOf(end.group(1)))) {
			String address = local.substring(0, end.start()).replaceAll("[\\[\\]]", "");
			sockets.add(new OpenSocket(Integer.parseInt(end.group(1)), address, information.equals("ST=LISTEN"), pid,
					user));
		}
	}

}
