package dev.aidis.port.sample.mcp.tools;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.assignment.PortHolder;

/**
 * What {@code explain_port} answers.
 *
 * @param port the port
 * @param free whether nobody has it, as far as can be seen from here
 * @param explanation who has it, in a sentence
 * @param services the registered instances that should have it
 * @param processes the processes that the operating system says have it
 */
record PortExplanation(int port, boolean free, String explanation, List<Service> services, List<Holder> processes) {

	/**
	 * A process that has the port. What is not known is left out.
	 *
	 * @param pid its id, or 0 when it cannot be seen
	 * @param user the user it runs as
	 * @param command its command line, secrets masked
	 * @param startedAt when it started
	 * @param directory its working directory
	 * @param addresses the local addresses on which it has the port
	 * @param listening whether it listens there, rather than having a connection from
	 * there
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Holder(long pid, @Nullable String user, @Nullable String command, @Nullable Instant startedAt,
			@Nullable String directory, List<String> addresses, boolean listening) {

		static Holder of(PortHolder holder) {
			Path directory = holder.directory();
			return new Holder(holder.pid(), holder.user(), holder.command(), holder.startedAt(),
					(directory != null) ? directory.toString() : null, holder.addresses(), holder.listening());
		}

	}

}
