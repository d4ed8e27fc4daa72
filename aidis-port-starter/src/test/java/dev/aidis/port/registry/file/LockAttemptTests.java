package dev.aidis.port.registry.file;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LockAttemptTests {

	private final AtomicInteger locks = new AtomicInteger();

	private final LockAttempt<String> attempt = new LockAttempt<>(() -> "done", new LockAttempt.Locker() {

		@Override
		public <T> T lockAndCall(LockAttempt<T> attempt) throws Exception {
			LockAttemptTests.this.locks.incrementAndGet();
			return attempt.call();
		}

	});

	@Test
	void actionIsCarriedOutWithTheLock() {
		this.attempt.run();
		assertThat(this.attempt.result()).isCompletedWithValue("done");
		assertThat(this.locks).hasValue(1);
	}

	@Test
	void attemptThatIsGivenUpBeforeItsTurnTakesNoLock() {
		assertThat(this.attempt.giveUp()).isTrue();
		this.attempt.run();
		assertThat(this.locks).hasValue(0);
		assertThat(this.attempt.result()).isNotDone();
	}

	@Test
	void attemptThatIsGivenUpWhileItWaitsForTheLockDoesNotAct() {
		assertThat(this.attempt.giveUp()).isTrue();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(this.attempt::call);
	}

	@Test
	void actionThatHasBegunCannotBeGivenUp() throws Exception {
		this.attempt.call();
		assertThat(this.attempt.giveUp()).isFalse();
	}

}
