package dev.aidis.port.sample.command.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import dev.aidis.port.PortRegistration;

/**
 * Tells whether processes of this machine run.
 */
final class Processes {

	private static final boolean LINUX = Files.isReadable(Path.of("/proc/self/stat"));

	private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

	private Processes() {
	}

	/**
	 * Tell whether the process of an instance runs, or may do so: its id says nothing
	 * where it is another machine's.
	 */
	static boolean mayRun(PortRegistration registration) {
		return !isHere(registration.host()) || isRunning(registration.pid());
	}

	/**
	 * Tell whether a host is this machine by its name or address alone: no name server is
	 * asked.
	 */
	static boolean isHere(String host) {
		if (host.equals("localhost") || host.endsWith(".localhost")) {
			return true;
		}
		if (!host.contains(":") && !IPV4.matcher(host).matches()) {
			return false;
		}
		try {
			InetAddress address = InetAddress.getByName(host);
			return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Tell whether a process runs. One that has ended and that its parent has not noticed
	 * yet does not.
	 */
	static boolean isRunning(long pid) {
		if (pid <= 0) {
			return false;
		}
		if (!LINUX) {
			return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
		}
		try {
			String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
			char state = stat.charAt(stat.lastIndexOf(')') + 2);
			return state != 'Z' && state != 'X';
		}
		catch (IOException | IndexOutOfBoundsException ex) {
			return false;
		}
	}

}
