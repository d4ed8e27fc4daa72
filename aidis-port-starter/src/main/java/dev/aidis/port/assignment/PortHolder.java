package dev.aidis.port.assignment;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * A process that has a TCP port, as far as the operating system lets this user see it.
 *
 * @param pid the id of the process, or 0 when it cannot be seen
 * @param user the user it runs as, if known
 * @param command its command line, if known: secrets are masked, long arguments are cut
 * @param startedAt when it started, in seconds' precision, if known
 * @param directory its working directory, if known
 * @param addresses the local addresses on which it has the port; all of them are
 * {@code 0.0.0.0}, {@code ::} or {@code *}
 * @param listening whether it waits for connections there, rather than having a
 * connection from there to elsewhere
 * @since 0.1.0
 */
public record PortHolder(long pid, @Nullable String user, @Nullable String command, @Nullable Instant startedAt,
		@Nullable Path directory, List<String> addresses, boolean listening) {

	public PortHolder {
		addresses = List.copyOf(addresses);
	}

	/**
	 * Tell whether it is this process.
	 * @return whether the port is this process's own
	 */
	public boolean isThisProcess() {
		return this.pid == ProcessHandle.current().pid();
	}

	/**
	 * Describe the process for people, in one line that fits after "in use by".
	 * @return for example
	 * {@code process 4242 of user me, since 2026-11-23T08:57:10Z, in /home/me/shop: java -jar shop.jar}
	 */
	public String describe() {
		String text = isThisProcess() ? "this process itself" : (this.pid != 0) ? visible() : invisible();
		return this.listening ? text : text + " (it does not listen there, but has a connection from there)";
	}

	private String visible() {
		StringBuilder text = new StringBuilder("process " + this.pid);
		append(text, " of user ", this.user);
		append(text, ", since ", this.startedAt);
		append(text, ", in ", this.directory);
		append(text, ": ", this.command);
		return text.toString();
	}

	private String invisible() {
		String me = PortHolders.currentUser();
		if (this.user == null || this.user.equals(me)) {
			return "a process that cannot be seen from here, such as one in a container";
		}
		return "a process of user " + Printable.of(this.user) + ", which user " + Printable.of(me) + " may not look at";
	}

	private static void append(StringBuilder text, String before, @Nullable Object value) {
		if (value != null) {
			text.append(before).append(Printable.of(value.toString(), 300));
		}
	}

}
