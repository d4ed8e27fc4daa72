package dev.aidis.port.test;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * A test class or test method that runs on the current thread. What it registers ends
 * with it. Tests that run at once do so on different threads, so they don't end what is
 * another's.
 */
final class TestScope {

	private static final ThreadLocal<Deque<TestScope>> RUNNING = ThreadLocal.withInitial(ArrayDeque::new);

	private final Deque<Runnable> endings = new ArrayDeque<>();

	private TestScope() {
	}

	static TestScope begin() {
		TestScope scope = new TestScope();
		RUNNING.get().push(scope);
		return scope;
	}

	/**
	 * Return the innermost scope of this thread.
	 * @return the scope, or {@code null} outside of Spring tests
	 */
	static @Nullable TestScope current() {
		return RUNNING.get().peek();
	}

	void onEnd(Runnable ending) {
		this.endings.push(ending);
	}

	void end() {
		RUNNING.get().remove(this);
		Runnable ending = this.endings.poll();
		if (ending != null) {
			try {
				ending.run();
			}
			finally {
				end();
			}
		}
	}

}
