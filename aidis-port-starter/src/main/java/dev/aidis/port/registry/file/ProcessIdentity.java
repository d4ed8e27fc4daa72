package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * What tells a process from every other one, on this machine and on others. A pid alone
 * means nothing in another pid namespace or after the next boot.
 *
 * @param hostId the machine, as far as it has a lasting identity
 * @param bootId the machine's present boot
 * @param pidNamespace the namespace the pid is valid in
 * @param timeNamespace the namespace the start is counted in
 * @param startTicks when the process started, see {@link ProcessTable#startTicks}
 */
record ProcessIdentity(@Nullable String hostId, @Nullable String bootId, @Nullable String pidNamespace,
		@Nullable String timeNamespace, @Nullable String startTicks) {

	/**
	 * Return the identity of this process.
	 */
	static ProcessIdentity current(ProcessTable processes) {
		return current(processes, Path.of("/"));
	}

	/**
	 * Return the identity of this process.
	 * @param processes tells when it started
	 * @param root where the files of the operating system are
	 */
	static ProcessIdentity current(ProcessTable processes, Path root) {
		Path proc = root.resolve("proc");
		return new ProcessIdentity(readHostId(root), firstLine(proc.resolve("sys/kernel/random/boot_id")),
				readNamespace(proc, "pid"), readNamespace(proc, "time"), ownStartTicks(processes));
	}

	private static @Nullable String ownStartTicks(ProcessTable processes) {
		try {
			return processes.startTicks(ProcessHandle.current().pid());
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * The machine id is to be kept confidential, see {@code machine-id(5)}, so only a
	 * hash of it is shown.
	 */
	private static @Nullable String readHostId(Path root) {
		String machine = firstLine(root.resolve("etc/machine-id"));
		if (machine == null) {
			machine = System.getenv("COMPUTERNAME");
		}
		if (machine == null) {
			machine = firstLine(root.resolve("proc/sys/kernel/hostname"));
		}
		return (machine != null) ? hash("dev.aidis.port:" + machine) : null;
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the number of a namespace, see {@code namespaces(7)}.
	 */
	private static @Nullable String readNamespace(Path proc, String type) {
		try {
			return Files.readSymbolicLink(proc.resolve("self/ns").resolve(type)).toString().replaceAll("[^0-9]", "");
		}
		catch (IOException | UnsupportedOperationException ex) {
			return null;
		}
	}

	private static @Nullable String firstLine(Path file) {
		try {
			String content = Files.readString(file).strip();
			return content.isEmpty() ? null : content;
		}
		catch (IOException ex) {
			return null;
		}
	}

}
