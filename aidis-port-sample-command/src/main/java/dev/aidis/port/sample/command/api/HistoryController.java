package dev.aidis.port.sample.command.api;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.aidis.port.sample.command.history.EventHistory;
import dev.aidis.port.sample.command.history.UsageHistory;
import dev.aidis.port.sample.command.history.UsageSample;
import dev.aidis.port.sample.command.registry.Dependencies;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.ServiceEvent;

/**
 * What happened, who calls whom, and how ports were used.
 */
@RestController
@RequestMapping("/api")
class HistoryController {

	private static final int MAX_EVENTS = 1000;

	private final LiveRegistry registry;

	private final EventHistory events;

	private final UsageHistory usage;

	HistoryController(LiveRegistry registry, EventHistory events, UsageHistory usage) {
		this.registry = registry;
		this.events = events;
		this.usage = usage;
	}

	@GetMapping("/events")
	Events events(@RequestParam(defaultValue = "100") int limit) {
		if (limit < 1 || limit > MAX_EVENTS) {
			ErrorResponseException invalid = new ErrorResponseException(HttpStatus.BAD_REQUEST);
			invalid.setDetail("'limit' must be 1 to " + MAX_EVENTS + ", but is " + limit + ".");
			throw invalid;
		}
		return new Events(this.events.latest(limit));
	}

	@GetMapping("/dependencies")
	Dependencies dependencies() {
		return Dependencies.of(this.registry.instances());
	}

	@GetMapping("/usage")
	Usage usage() {
		return new Usage(this.usage.now(), this.usage.samples());
	}

	/**
	 * What happened.
	 *
	 * @param events the latest events, the latest first
	 */
	record Events(List<ServiceEvent> events) {

	}

	/**
	 * How ports are and were used.
	 *
	 * @param now how they are used now
	 * @param samples how they were used, the oldest first
	 */
	record Usage(UsageSample now, List<UsageSample> samples) {

	}

}
