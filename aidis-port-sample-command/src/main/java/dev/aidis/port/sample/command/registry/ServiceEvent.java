package dev.aidis.port.sample.command.registry;

import java.time.Instant;

/**
 * Something that happened to an instance.
 *
 * @param id its number, counted from 1 since this service started
 * @param at when it was seen
 * @param kind what happened
 * @param service the name of the service, as another program may have written it
 * @param key the instance
 * @param detail more of it, for people
 * @since 0.1.0
 */
public record ServiceEvent(long id, Instant at, Kind kind, String service, String key, String detail) {

	/**
	 * What may happen to an instance.
	 */
	public enum Kind {

		/**
		 * It registered.
		 */
		STARTED,

		/**
		 * It said it is ready.
		 */
		READY,

		/**
		 * It is at another address than before, by a change or by a restart.
		 */
		MOVED,

		/**
		 * Its entry was removed before its process ended.
		 */
		STOPPED,

		/**
		 * Its process ended before its entry was removed, as far as could be seen.
		 */
		DIED,

		/**
		 * It is back after it had died, or healthy again after it was not.
		 */
		HEALED,

		/**
		 * It does not answer for its health any more.
		 */
		UNHEALTHY,

		/**
		 * It looked another service up for the first time.
		 */
		DEPENDENCY

	}

}
