package dev.aidis.port.sample.command;

import java.util.concurrent.ThreadFactory;

/**
 * Threads in the background, which keep no process from ending.
 *
 * @since 0.1.0
 */
public final class DaemonThreads {

	private DaemonThreads() {
	}

	/**
	 * Return a factory of such threads.
	 * @param name the name of each, for people who look at a dump of threads
	 * @return the factory
	 */
	public static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

}
