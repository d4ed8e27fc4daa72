package dev.aidis.port.sample.command.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.sample.command.DaemonThreads;
import dev.aidis.port.sample.command.history.UsageHistory;
import dev.aidis.port.sample.command.history.UsageSample;
import dev.aidis.port.sample.command.registry.Dependencies;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.RegistryUpdate;
import dev.aidis.port.sample.command.registry.ServiceEvent;
import dev.aidis.port.sample.command.stream.EventStream;
import dev.aidis.port.sample.command.stream.EventStreams;
import dev.aidis.port.sample.command.stream.Frame;

/**
 * Sends open pages what is different: single rows, never the table. What changes within a
 * moment is sent together.
 * <p>
 * A page that was rendered at another revision than the one its stream begins with has
 * missed something, and asks for all of it once.
 */
@Component
class PageUpdates implements DisposableBean {

	private static final Log logger = LogFactory.getLog(PageUpdates.class);

	private static final long GATHER_MILLIS = 80;

	private static final long RETRY_MILLIS = 1000;

	private static final int ROWS_PER_FRAME = 100;

	private static final int MAX_EVENTS_PER_FRAME = 50;

	private final LiveRegistry registry;

	private final Fragments fragments;

	private final JsonMapper jsonMapper;

	private final EventStream stream;

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
			DaemonThreads.named("aidis-command-page"));

	/**
	 * Tells this run of the application from others.
	 */
	private final String epoch = UUID.randomUUID().toString().substring(0, 8);

	private RegistryUpdate gathered = new RegistryUpdate();

	private boolean scheduled;

	private volatile long revision;

	private @Nullable Dependencies drawn;

	private @Nullable Summary told;

	private @Nullable List<ClusterCard> clusters;

	/**
	 * The revision that an open page is at which has got everything so far.
	 */
	private String sent = revision();

	PageUpdates(LiveRegistry registry, UsageHistory usage, Fragments fragments, EventStreams streams,
			JsonMapper jsonMapper) {
		this.registry = registry;
		this.fragments = fragments;
		this.jsonMapper = jsonMapper;
		this.stream = streams.create();
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		registry.listen(this::gather);
		usage.listen(this::sample);
	}

	/**
	 * Return the revision that the page is at. To be asked for before what is shown.
	 */
	String revision() {
		return this.epoch + "-" + this.revision;
	}

	/**
	 * Open the stream of a page.
	 */
	synchronized ResponseEntity<ResponseBodyEmitter> open() {
		forget();
		return this.stream.open(() -> List.of(Frame.retry(RETRY_MILLIS) + frame("hello", revision())));
	}

	/**
	 * Forget what open pages were told last: one of them has more, or all of it anew.
	 */
	private void forget() {
		this.told = null;
		this.drawn = null;
		this.clusters = null;
	}

	private synchronized void gather(RegistryUpdate update) {
		// What was rendered before this moment does not have it.
		if (!update.changed().isEmpty() || !update.removed().isEmpty() || update.isGeneral()) {
			this.revision++;
		}
		this.gathered.add(update);
		if (!this.scheduled && !this.timer.isShutdown()) {
			this.scheduled = true;
			ScheduledFuture<?> unused = this.timer.schedule(this::flush, GATHER_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private synchronized void flush() {
		RegistryUpdate update = this.gathered;
		this.gathered = new RegistryUpdate();
		this.scheduled = false;
		try {
			this.fragments.forget(update.removed());
			if (this.stream.isOpen()) {
				sendAll(update);
			}
			else {
				forget();
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Could not tell open pages what has changed", ex);
			resync();
		}
		this.sent = revision();
	}

	private void resync() {
		forget();
		this.stream.send(frame("resync", revision()));
	}

	private void sendAll(RegistryUpdate update) {
		if (update.isGeneral()) {
			resync();
			return;
		}
		sendMeasured(update);
		List<String> parts = rows(update);
		String others = others(update);
		if (!others.isEmpty()) {
			parts.add(others);
		}
		// A page that is cut off before the last part has not reached the revision.
		for (int i = 0; i < parts.size(); i++) {
			String reached = (i < parts.size() - 1) ? this.sent : revision();
			this.stream.send(Frame.of("update", reached, parts.get(i)));
		}
	}

	private String others(RegistryUpdate update) {
		List<Instance> all = this.registry.instances();
		StringBuilder others = new StringBuilder();
		List<ServiceEvent> events = update.events();
		if (!events.isEmpty()) {
			List<ServiceEvent> latest = events.subList(Math.max(0, events.size() - MAX_EVENTS_PER_FRAME),
					events.size());
			others.append(this.fragments.events(latest));
		}
		Summary summary = Summary.of(all);
		if (!summary.equals(this.told)) {
			this.told = summary;
			others.append(this.fragments.summary(summary));
		}
		List<ClusterCard> cards = ClusterCard.of(this.registry.clusters(), all);
		if (!cards.isEmpty() && !cards.equals(this.clusters)) {
			this.clusters = cards;
			others.append(this.fragments.clusters(cards));
		}
		Dependencies dependencies = Dependencies.of(all);
		if (!drawing(dependencies).equals(drawing(this.drawn))) {
			this.drawn = dependencies;
			others.append(this.fragments.dependencies(dependencies));
		}
		return others.toString();
	}

	/**
	 * What of the dependencies is drawn: not the services that have none.
	 */
	private static List<Object> drawing(@Nullable Dependencies dependencies) {
		return (dependencies != null) ? List.of(dependencies.calls(), dependencies.missing()) : List.of();
	}

	private List<String> rows(RegistryUpdate update) {
		List<String> parts = new ArrayList<>();
		List<Instance> rows = new ArrayList<>();
		update.changed().forEach((key) -> this.registry.instance(key).ifPresent(rows::add));
		StringBuilder gone = new StringBuilder();
		update.removed()
			.stream()
			.filter((key) -> this.registry.instance(key).isEmpty())
			.forEach((key) -> gone.append("<tr id=\"").append(key).append("\" data-gone></tr>"));
		for (int i = 0; i < rows.size(); i += ROWS_PER_FRAME) {
			String html = this.fragments.rows(rows.subList(i, Math.min(i + ROWS_PER_FRAME, rows.size())));
			parts.add(gone + html);
			gone.setLength(0);
		}
		if (!gone.isEmpty()) {
			parts.add(gone.toString());
		}
		return parts;
	}

	private void sendMeasured(RegistryUpdate update) {
		Map<String, Long> latencies = new LinkedHashMap<>();
		update.measured()
			.forEach((key) -> this.registry.instance(key)
				.filter((instance) -> instance.health() != null && !update.changed().contains(key))
				.ifPresent((instance) -> latencies.put(key, Row.of(instance).latency())));
		if (!latencies.isEmpty()) {
			this.stream.send(frame("latency", this.jsonMapper.writeValueAsString(latencies)));
		}
	}

	private synchronized void sample(UsageSample sample) {
		if (this.stream.isOpen()) {
			this.stream.send(frame("usage", this.jsonMapper.writeValueAsString(sample)));
		}
	}

	private String frame(String name, String data) {
		return Frame.of(name, revision(), data);
	}

	@Override
	public void destroy() {
		this.timer.shutdownNow();
	}

}
