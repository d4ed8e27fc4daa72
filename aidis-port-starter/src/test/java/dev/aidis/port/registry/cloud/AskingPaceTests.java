package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AskingPaceTests {

	/**
	 * It may overflow.
	 */
	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

	private final AskingPace pace = new AskingPace(this.clock::get);

	@Test
	void everythingMayBeAskedForAtFirst() {
		assertThat(this.pace.rest()).isNotPositive();
	}

	@Test
	void twentiethOfTheTimeIsSpentOnAsking() {
		assertThat(this.pace.ask(() -> {
			pass(Duration.ofMillis(100));
			return "answer";
		})).isEqualTo("answer");
		pass(Duration.ofMillis(1900).minusNanos(1));
		assertThat(this.pace.rest()).isPositive();
		pass(Duration.ofNanos(1));
		assertThat(this.pace.rest()).isNotPositive();
	}

	@Test
	void nothingIsAskedForWhileAQuestionIsBeingAnswered() {
		this.pace.ask(() -> {
			pass(Duration.ofSeconds(29));
			assertThat(this.pace.rest()).isPositive();
			return "answer";
		});
	}

	@Test
	void failureCountsLikeAnAnswer() {
		assertThatIllegalStateException().isThrownBy(() -> this.pace.ask(() -> {
			pass(Duration.ofSeconds(1));
			throw new IllegalStateException("no connection");
		}));
		assertThat(this.pace.rest()).isPositive();
	}

	@Test
	void registryThatTakesLongIsAskedEveryHalfMinuteAllTheSame() {
		this.pace.ask(() -> {
			pass(Duration.ofMinutes(5));
			return "answer";
		});
		pass(Duration.ofSeconds(30));
		assertThat(this.pace.rest()).isNotPositive();
	}

	private void pass(Duration time) {
		this.clock.addAndGet(time.toNanos());
	}

}
