package dev.aidis.port.sample.command.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.sample.command.registry.MonitorProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventStreams}, {@link EventStream} and {@link Subscriber}.
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
	void streamThatIsReadTooSlowlyEnds() throws InterruptedException {
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch read = new CountDownLatch(1);
		Subscriber subscriber = new Subscriber(new ResponseBodyEmitter() {

			@Override
			public void send(Object object, MediaType mediaType) throws IOException {
				sending.countDown();
				try {
					read.await();
				}
				catch (InterruptedException ex) {
					throw new IOException(ex);
				}
			}

		}, Duration.ofMinutes(1), 3);
		Thread thread = new Thread(subscriber);
		thread.start();
		subscriber.send("1");
		assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
		subscriber.send("2");
		subscriber.send("3");
		subscriber.send("4");
		assertThat(subscriber.isEnded()).isFalse();
		subscriber.send("5");
		assertThat(subscriber.isEnded()).isTrue();
		read.countDown();
		thread.join(TimeUnit.SECONDS.toMillis(30));
		assertThat(thread.isAlive()).isFalse();
	}

	@Test
	void silentStreamHasHeartbeats() {
		List<Object> sent = new java.util.concurrent.CopyOnWriteArrayList<>();
		Subscriber subscriber = new Subscriber(new ResponseBodyEmitter() {

			@Override
			public void send(Object object, MediaType mediaType) {
				sent.add(object);
			}

		}, Duration.ofMillis(10), 3);
		Thread thread = new Thread(subscriber);
		thread.start();
		await().until(() -> sent.contains(Frame.HEARTBEAT));
		subscriber.end();
		await().until(() -> !thread.isAlive());
	}

	@Test
	void linesOfDataCannotBecomeFieldsOfTheirOwn() {
		assertThat(Frame.of("update", "1", "a\nevent: b\r\n\rdata: c"))
			.isEqualTo("event: update\nid: 1\ndata: a\ndata: event: b\ndata: \ndata: data: c\n\n");
	}

}
