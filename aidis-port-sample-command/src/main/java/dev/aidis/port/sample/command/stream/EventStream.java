package dev.aidis.port.sample.command.stream;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/**
 * A source of events that many may listen to.
 *
 * @since 0.1.0
 */
public final class EventStream {

	private final EventStreams streams;

	private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

	EventStream(EventStreams streams) {
		this.streams = streams;
	}

	/**
	 * Open a stream.
	 * @param first makes the frames to send first; what is sent to all is sent to this
	 * one from before this is called
	 * @return the response, which goes on until either side ends it
	 * @throws org.springframework.web.ErrorResponseException if too many are open
	 */
	public ResponseEntity<ResponseBodyEmitter> open(Supplier<List<String>> first) {
		ResponseBodyEmitter emitter = new ResponseBodyEmitter(0L);
		this.subscribers.removeIf(Subscriber::isEnded);
		Subscriber subscriber = this.streams.open(emitter, first.get());
		this.subscribers.add(subscriber);
		emitter.onCompletion(() -> remove(subscriber));
		emitter.onError((failure) -> remove(subscriber));
		try {
			this.streams.run(subscriber);
		}
		catch (RuntimeException ex) {
			remove(subscriber);
			throw ex;
		}
		return ResponseEntity.ok()
			.contentType(MediaType.TEXT_EVENT_STREAM)
			.cacheControl(CacheControl.noStore())
			.header("X-Accel-Buffering", "no")
			.body(emitter);
	}

	private void remove(Subscriber subscriber) {
		subscriber.end();
		this.subscribers.remove(subscriber);
	}

	/**
	 * Tell whether anybody listens.
	 * @return whether somebody does
	 */
	public boolean isOpen() {
		return !this.subscribers.isEmpty();
	}

	/**
	 * Send a frame to all.
	 * @param frame the frame
	 */
	public void send(String frame) {
		this.subscribers.forEach((subscriber) -> subscriber.send(frame));
	}

	void end() {
		this.subscribers.forEach(Subscriber::end);
	}

}
