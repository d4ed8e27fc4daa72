package dev.aidis.port.sample.command.stream;

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
		this.stream.open(List::of);
		assertThat(this.stream.isOpen()).isTrue();
		this.streams.onApplicationEvent(new ContextClosedEvent(new GenericApplicationContext()));
		Subscriber subscriber = new Subscriber(new ResponseBodyEmitter(), Duration.ofMinutes(1), 2);
		assertThat(subscriber.isEnded()).isFalse();
		this.streams.onApplicationEvent(new ContextClosedEvent(this.context));
		assertThatExceptionOfType(TooManyStreamsException.class).isThrownBy(() -> this.stream.open(List::of));
	}

	@Test
	void linesOfDataCannotBecomeFieldsOfTheirOwn() {
		assertThat(Frame.of("update", "1", "a\nevent: b\r\n\rdata: c"))
			.isEqualTo("event: update\nid: 1\ndata: a\ndata: event: b\ndata: \ndata: data: c\n\n");
	}

}
