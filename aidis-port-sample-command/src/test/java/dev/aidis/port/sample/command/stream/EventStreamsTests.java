package dev.aidis.port.sample.command.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.sample.command.registry.MonitorProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventStreams}, {@link EventStream} and {@link Frame}.
 */
class EventStreamsTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final EventStreams streams = new EventStreams(this.context,
			new MonitorProperties(Duration.ofSeconds(10), 1, Duration.ofSeconds(5), 2, 1, Duration.ofMinutes(1), 2));

	private final EventStream stream = this.streams.create();

	@AfterEach
	void end() {
		this.streams.destroy();
	}

	@Test
	void noMoreStreamsAreOpenedThanAreAllowed() {
		this.stream.open(List::of);
		this.stream.open(List::of);
		assertThatExceptionOfType(TooManyStreamsException.class).isThrownBy(() -> this.stream.open(List::of))
			.satisfies((ex) -> assertThat(ex.getBody().getDetail()).contains("aidis.command.monitor.max-streams"));
	}

	@Test
	void allStreamsEndWhenTheApplicationCloses() {
		ResponseBodyEmitter first = this.stream.open(List::of).getBody();
		this.streams.onApplicationEvent(new ContextClosedEvent(new GenericApplicationContext()));
		ResponseBodyEmitter second = this.stream.open(List::of).getBody();
		assertThat(List.of(first, second)).as("after the end of another").noneMatch(EventStreamsTests::isEnded);
		this.streams.onApplicationEvent(new ContextClosedEvent(this.context));
		await().untilAsserted(() -> assertThat(List.of(first, second)).allMatch(EventStreamsTests::isEnded));
		assertThatExceptionOfType(TooManyStreamsException.class).isThrownBy(() -> this.stream.open(List::of));
	}

	private static boolean isEnded(ResponseBodyEmitter emitter) {
		try {
			emitter.send("");
			return false;
		}
		catch (IllegalStateException ex) {
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void linesOfDataCannotBecomeFieldsOfTheirOwn() {
		assertThat(Frame.of("update", "1", "a\nevent: b\r\n\rdata: c"))
			.isEqualTo("event: update\nid: 1\ndata: a\ndata: event: b\ndata: \ndata: data: c\n\n");
	}

}
