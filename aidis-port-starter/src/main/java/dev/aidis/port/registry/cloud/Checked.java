package dev.aidis.port.registry.cloud;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Calls what may throw anything.
 */
final class Checked {

	private Checked() {
	}

	static <T extends @Nullable Object> T call(Callable<T> action) {
		try {
			return action.call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	static void run(Action action) {
		Checked.<@Nullable Object>call(() -> {
			action.run();
			return null;
		});
	}

	@FunctionalInterface
	interface Action {

		void run() throws Exception;

	}

}
