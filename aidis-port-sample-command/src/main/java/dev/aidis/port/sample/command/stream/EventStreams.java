package dev.aidis.port.sample.command.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.sample.command.DaemonThreads;
import dev.aidis.port.sample.command.registry.MonitorProperties;

/**
 * All streams of this application, of which there are never more than
 * {@link MonitorProperties#maxStreams()}. They end when the application closes, before
 * its web server waits for open requests.
 *
 * @since 0.1.0
 */
@Component
public class EventStreams implements ApplicationListener<ContextClosedEvent>, DisposableBean {

	private static final Duration HEARTBEAT = Duration.ofSeconds(15);

	private static final int CAPACITY = 256;

	private final ApplicationContext context;

	private final int max;

	private final ThreadPoolExecutor executor;

	private final List<EventStream> streams = new CopyOnWriteArrayList<>();

	private volatile boolean closed;

	EventStreams(ApplicationContext context, MonitorProperties properties) {
		this.context = context;
		this.max = properties.maxStreams();
		this.executor = new ThreadPoolExecutor(0, this.max, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
				DaemonThreads.named("aidis-command-stream"));
	}

	/**
	 * Create a source of events that many may listen to.
	 * @return the source
	 */
	public EventStream create() {
		EventStream stream = new EventStream(this);
		this.streams.add(stream);
		return stream;
	}

	Subscriber open(ResponseBodyEmitter emitter, List<String> first) {
		Subscriber subscriber = new Subscriber(emitter, HEARTBEAT, CAPACITY);
		first.forEach(subscriber::send);
		if (this.closed) {
			throw new TooManyStreamsException("This service is about to end.");
		}
		return subscriber;
	}

	void run(Subscriber subscriber) {
		try {
			this.executor.execute(subscriber);
		}
		catch (RejectedExecutionException ex) {
			throw new TooManyStreamsException(this.max
					+ " event streams are open, which is as many as aidis.command.monitor.max-streams allows. Close one.");
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			destroy();
		}
	}

	@Override
	public void destroy() {
		this.closed = true;
		this.streams.forEach(EventStream::end);
		this.executor.shutdown();
	}

}
