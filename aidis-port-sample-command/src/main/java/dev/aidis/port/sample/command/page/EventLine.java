package dev.aidis.port.sample.command.page;

import java.util.Locale;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.command.registry.ServiceEvent;

/**
 * An event as a line of the history.
 *
 * @param id its number
 * @param kind what happened, in one word, of which there are as many as style classes
 * @param what what happened, for people
 * @param service the name of the service
 * @param detail more of it
 * @param at when, in milliseconds since 1970
 * @param iso when, as a date and time
 */
record EventLine(long id, String kind, String what, String service, String detail, long at, String iso) {

	private static final int MAX_TEXT = 200;

	static EventLine of(ServiceEvent event) {
		String what = switch (event.kind()) {
			case STARTED -> "Started";
			case READY -> "Ready";
			case MOVED -> "Moved";
			case STOPPED -> "Stopped";
			case DIED -> "Died";
			case HEALED -> "Healed";
			case UNHEALTHY -> "Unhealthy";
			case DEPENDENCY -> "Calls";
		};
		return new EventLine(event.id(), event.kind().name().toLowerCase(Locale.ROOT), what,
				Printable.of(event.service()), Printable.of(event.detail(), MAX_TEXT), event.at().toEpochMilli(),
				event.at().toString());
	}

}
