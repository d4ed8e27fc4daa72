package dev.aidis.port.sample.command.api;

import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import dev.aidis.port.sample.command.history.UsageHistory;
import dev.aidis.port.sample.command.history.UsageSample;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.RegistryUpdate;
import dev.aidis.port.sample.command.stream.EventStream;
import dev.aidis.port.sample.command.stream.EventStreams;
import dev.aidis.port.sample.command.stream.Frame;

/**
 * What changes, as it happens: {@code service} with an instance as it is now,
 * {@code gone} with the key of one that is shown no more, {@code event} with what
 * happened, and {@code usage} with a sample of the ports in use.
 */
@RestController
class StreamController {

	private static final long RETRY_MILLIS = 1000;

	private final LiveRegistry registry;

	private final JsonMapper jsonMapper;

	private final EventStream stream;

	private long id;

	StreamController(LiveRegistry registry, UsageHistory usage, EventStreams streams, JsonMapper jsonMapper) {
		this.registry = registry;
		this.jsonMapper = jsonMapper;
		this.stream = streams.create();
		registry.listen(this::update);
		usage.listen(this::sample);
	}

	@GetMapping("/api/stream")
	ResponseEntity<ResponseBodyEmitter> stream() {
		return this.stream.open(() -> List.of(Frame.retry(RETRY_MILLIS)));
	}

	private synchronized void update(RegistryUpdate update) {
		if (!this.stream.isOpen()) {
			return;
		}
		// One text, however much it is: those who read slowly are told from it by the
		// number.
		StringBuilder frames = new StringBuilder();
		update.events().forEach((event) -> frames.append(frame("event", event)));
		update.changed()
			.forEach((key) -> this.registry.instance(key)
				.ifPresent((instance) -> frames.append(frame("service", Service.of(instance)))));
		update.removed().forEach((key) -> frames.append(frame("gone", Map.of("key", key))));
		if (!frames.isEmpty()) {
			this.stream.send(frames.toString());
		}
	}

	private synchronized void sample(UsageSample sample) {
		if (this.stream.isOpen()) {
			this.stream.send(frame("usage", sample));
		}
	}

	private String frame(String name, Object data) {
		return Frame.of(name, String.valueOf(++this.id), this.jsonMapper.writeValueAsString(data));
	}

}
