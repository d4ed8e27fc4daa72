package dev.aidis.port.sample.mcp.bridge;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread that decides everything, in the order in which things happen, and another
 * one that looks for servers, which may take its time. After the end tasks are forgotten.
 */
final class Decider implements AutoCloseable {

	private final ScheduledThreadPoolExecutor decisions = thread("aidis-mcp-bridge");

	private final ScheduledThreadPoolExecutor looks = thread("aidis-mcp-bridge-finder");

	private final Consumer<String> log;

	/**
	 * Start without a task.
	 * @param log takes what people should know
	 */
	Decider(Consumer<String> log) {
		this.log = log;
	}

	private static ScheduledThreadPoolExecutor thread(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/**
	 * Decide something after all that is to be decided already.
	 */
	void decide(Runnable task) {
		execute(this.decisions, task, 0);
	}

	void decideLater(Runnable task, long millis) {
		execute(this.decisions, task, millis);
	}

	void decideAgainAndAgain(Runnable task, Duration interval) {
		Futures.forget(this.decisions.scheduleWithFixedDelay(() -> guarded(task), interval.toMillis(),
				interval.toMillis(), TimeUnit.MILLISECONDS));
	}

	/**
	 * Do what may take its time and decides nothing.
	 */
	void look(Runnable task, long millis) {
		execute(this.looks, task, millis);
	}

	/**
	 * How many things there are still to be decided.
	 */
	int backlog() {
		return this.decisions.getQueue().size();
	}

	@Override
	public void close() {
		this.decisions.shutdownNow();
		this.looks.shutdownNow();
	}

	private void execute(ScheduledThreadPoolExecutor executor, Runnable task, long millis) {
		try {
			Futures.forget(executor.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS));
		}
		catch (RejectedExecutionException ex) {
			// Closed, so nobody wants it any more.
		}
	}

	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			StringWriter trace = new StringWriter();
			ex.printStackTrace(new PrintWriter(trace));
			this.log.accept("This should not have happened: " + trace);
		}
	}

}
