package dev.aidis.port.registry.file;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that never keep a JVM from ending.
 */
final class Daemons {

	private static final long KEPT_SECONDS = 1;

	private Daemons() {
	}

	static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Return an executor with one thread, which ends when there is nothing to do.
	 */
	static ThreadPoolExecutor executor(String name) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, KEPT_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> thread(task, name));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

}
