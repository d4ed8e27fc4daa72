package dev.aidis.port.registry;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that never keep a JVM from ending.
 *
 * @since 0.1.0
 */
public final class Daemons {

	private static final long KEPT_SECONDS = 1;

	private Daemons() {
	}

	/**
	 * Create a thread, which does not run yet.
	 * @param task what it is to do
	 * @param name its name
	 * @return the thread
	 */
	public static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Return an executor with one thread, which ends when there is nothing to do.
	 * @param name the thread's name
	 * @return the executor
	 */
	public static ThreadPoolExecutor executor(String name) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, KEPT_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> thread(task, name));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

}
