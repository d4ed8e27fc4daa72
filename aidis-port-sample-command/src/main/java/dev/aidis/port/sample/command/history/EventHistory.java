package dev.aidis.port.sample.command.history;

import java.util.Collections;
import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Component;

import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.MonitorProperties;
import dev.aidis.port.sample.command.registry.ServiceEvent;

/**
 * The latest events.
 *
 * @since 0.1.0
 */
@Component
public class EventHistory {

	private final Ring<ServiceEvent> events;

	EventHistory(LiveRegistry registry, MonitorProperties properties) {
		this.events = new Ring<>(properties.events());
		registry.listen((update) -> update.events().forEach(this.events::add));
	}

	/**
	 * Return the latest events.
	 * @param limit how many at most
	 * @return the events, the latest first
	 */
	public List<ServiceEvent> latest(int limit) {
		List<ServiceEvent> all = new ArrayList<>(this.events.list());
		Collections.reverse(all);
		return List.copyOf(all.subList(0, Math.min(limit, all.size())));
	}

}
