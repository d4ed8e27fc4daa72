package dev.aidis.port.compose;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.aidis.port.Printable;

/**
 * Asks {@code docker compose ps}, in the working directory and with the environment of
 * this process, so {@code COMPOSE_FILE} and {@code COMPOSE_PROJECT_NAME} count.
 *
 * @since 0.1.0
 */
public final class ComposePs implements ContainerSource {

	private static final int MAX_OUTPUT = 8 * 1024 * 1024;

	private static final int MAX_DETAIL = 300;

	private final List<String> command;

	private final Duration timeout;

	/**
	 * Create a new source. Nothing is run yet.
	 * @param properties what to run, and for how long
	 */
	public ComposePs(ComposeProperties.Ps properties) {
		this.command = properties.getCommand();
		this.timeout = properties.getTimeout();
	}

	@Override
	public List<Container> containers() {
		try {
			return ComposePsOutput.parse(run());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw problem("was interrupted", ex);
		}
		catch (IllegalStateException | IOException | ExecutionException ex) {
			throw problem(Printable.of(String.valueOf(ex.getMessage()), MAX_DETAIL), ex);
		}
		catch (TimeoutException ex) {
			throw problem("it did not end within " + this.timeout.toMillis() + " ms", ex);
		}
	}

	private IllegalStateException problem(String reason, Exception cause) {
		return new IllegalStateException(
				"'" + String.join(" ", this.command) + "' does not tell which containers run: " + reason, cause);
	}

	private String run() throws IOException, InterruptedException, ExecutionException, TimeoutException {
		Process process = new ProcessBuilder(this.command).start();
		try {
			process.getOutputStream().close();
			FutureTask<String> output = read(process.getInputStream());
			FutureTask<String> errors = read(process.getErrorStream());
			if (!process.waitFor(this.timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				throw new TimeoutException();
			}
			if (process.exitValue() != 0) {
				throw new IllegalStateException("exit code " + process.exitValue() + ", "
						+ errors.get(1, TimeUnit.SECONDS).strip().replaceAll("\\s*\\R\\s*", " "));
			}
			return output.get(1, TimeUnit.SECONDS);
		}
		finally {
			// The plugin is a process of its own.
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	private static FutureTask<String> read(InputStream stream) {
		FutureTask<String> task = new FutureTask<>(() -> {
			try (stream) {
				return new String(stream.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
			}
		});
		Thread thread = new Thread(task, "aidis-port-compose-output");
		thread.setDaemon(true);
		thread.start();
		return task;
	}

}
