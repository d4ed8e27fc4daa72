package dev.aidis.port.assignment;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The ports that the operating system treats in a way of its own. Linux tells which in
 * {@code /proc}; elsewhere they are what the system has by default.
 */
final class SystemPorts {

	private static final PortRange LINUX_EPHEMERAL = new PortRange(32768, 60999);

	/**
	 * What RFC 6335 reserves for it, and macOS, the BSDs and Windows follow.
	 */
	private static final PortRange EPHEMERAL = new PortRange(49152, 65535);

	private static final int UNPRIVILEGED = 1024;

	private static final int TRIES = 64;

	private final Path settings;

	SystemPorts() {
		this(Path.of("/proc/sys/net/ipv4"));
	}

	SystemPorts(Path settings) {
		this.settings = settings;
	}

	/**
	 * Return the ports that the system gives to outgoing connections, and to who asks for
	 * any.
	 */
	PortRange ephemeral() {
		PortRange fallback = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux") ? LINUX_EPHEMERAL
				: EPHEMERAL;
		PortRange told = PortValue.parse(read("ip_local_port_range").replaceAll("\\s+", "-")).range();
		return (told != null) ? told : fallback;
	}

	/**
	 * Tell whether all ports of a range need a privilege that this process does not have.
	 */
	boolean isForbidden(PortRange range) {
		int unprivileged = unprivileged();
		return range.last() < unprivileged
				&& IntStream.range(1, Math.min(unprivileged, TRIES)).noneMatch(SystemPorts::canOpen);
	}

	/**
	 * Return the lowest port that needs no privilege.
	 */
	int unprivileged() {
		Integer told = PortValue.parse(read("ip_unprivileged_port_start")).port();
		return (told != null) ? told : UNPRIVILEGED;
	}

	private static boolean canOpen(int port) {
		PortLease lease = PortLease.take(port);
		if (lease != null) {
			lease.close();
		}
		return lease != null;
	}

	/**
	 * Read all of a setting at once, since the kernel gives nothing to who reads on.
	 */
	private String read(String name) {
		try (BufferedReader reader = Files.newBufferedReader(this.settings.resolve(name))) {
			return Objects.requireNonNullElse(reader.readLine(), "").strip();
		}
		catch (IOException ex) {
			return "";
		}
	}

}
