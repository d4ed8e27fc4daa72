package dev.aidis.port.sample.command.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Remembers the latest of many things.
 *
 * @param <T> what it remembers
 */
final class Ring<T> {

	private final int capacity;

	private final Deque<T> latest = new ArrayDeque<>();

	Ring(int capacity) {
		this.capacity = capacity;
	}

	synchronized void add(T added) {
		if (this.latest.size() == this.capacity) {
			this.latest.removeFirst();
		}
		this.latest.addLast(added);
	}

	/**
	 * Return all that is remembered, the oldest first.
	 */
	synchronized List<T> list() {
		return List.copyOf(this.latest);
	}

}
