package dev.aidis.port.sample.command.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/**
 * One open stream. Its own thread sends what is queued for it; if too much is, because
 * the other side reads too slowly, the stream ends.
 */
final class Subscriber implements Runnable {

	private static final Log logger = LogFactory.getLog(Subscriber.class);

	private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

	private static final String END = "";

	private final ResponseBodyEmitter emitter;

	private final Duration heartbeat;

	private final BlockingQueue<String> queue;

	private volatile boolean ended;

	/**
	 * Create a new subscriber.
	 * @param emitter where to send
	 * @param heartbeat how long the stream may be silent
	 * @param capacity how many frames may wait
	 */
	Subscriber(ResponseBodyEmitter emitter, Duration heartbeat, int capacity) {
		this.emitter = emitter;
		this.heartbeat = heartbeat;
		this.queue = new LinkedBlockingQueue<>(capacity);
	}

	/**
	 * Queue a frame, or end the stream if too many are waiting.
	 */
	void send(String frame) {
		if (!this.ended && !this.queue.offer(frame)) {
			logger.debug("A stream is read too slowly, so it ends");
			end();
		}
	}

	/**
	 * End the stream. What waits is not sent any more.
	 */
	void end() {
		this.ended = true;
		this.queue.clear();
		this.queue.offer(END);
	}

	boolean isEnded() {
		return this.ended;
	}

	@Override
	public void run() {
		try {
			while (!this.ended) {
				String frame = this.queue.poll(this.heartbeat.toMillis(), TimeUnit.MILLISECONDS);
				if (!this.ended) {
					this.emitter.send((frame != null) ? frame : Frame.HEARTBEAT, TEXT);
				}
			}
			this.emitter.complete();
		}
		catch (IOException | IllegalStateException ex) {
			// The other side has gone.
			this.emitter.completeWithError(ex);
		}
		catch (InterruptedException ex) {
			this.emitter.complete();
			Thread.currentThread().interrupt();
		}
		finally {
			this.ended = true;
		}
	}

}
