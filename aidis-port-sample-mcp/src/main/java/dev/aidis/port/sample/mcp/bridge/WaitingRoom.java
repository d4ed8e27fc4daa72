package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for a server, in the order in which they came. Used by the thread
 * that decides.
 */
final class WaitingRoom {

	private static final int MAX_WAITING = 20_000;

	private final Deque<Waiting> waiting = new ArrayDeque<>();

	private final Duration patience;

	private final Decider decider;

	private final Consumer<Call> overdue;

	/**
	 * Create an empty room.
	 * @param patience how long a message waits
	 * @param decider where that is noticed
	 * @param overdue takes a request that has waited for so long
	 */
	WaitingRoom(Duration patience, Decider decider, Consumer<Call> overdue) {
		this.patience = patience;
		this.decider = decider;
		this.overdue = overdue;
	}

	Duration patience() {
		return this.patience;
	}

	/**
	 * When a message that comes now has waited long enough, by {@link System#nanoTime()}.
	 */
	long deadline() {
		return System.nanoTime() + this.patience.toNanos();
	}

	/**
	 * Let a request wait. One that has waited before goes on with what is left of its
	 * time.
	 */
	void add(Call call) {
		Long deadline = call.progress().deadline;
		long end = (deadline != null) ? deadline : deadline();
		call.progress().deadline = end;
		this.waiting.add(new Waiting(call, null, end));
		this.decider.decideLater(() -> check(call),
				Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 1));
	}

	private void check(Call call) {
		Long deadline = call.progress().deadline;
		if (deadline != null && deadline - System.nanoTime() <= 0 && remove(call)) {
			this.overdue.accept(call);
		}
	}

	/**
	 * Let a notification wait.
	 * @return whether there was room and time for it
	 */
	boolean add(Message notification, long deadline) {
		return deadline - System.nanoTime() > 0 && this.waiting.size() < MAX_WAITING
				&& this.waiting.add(new Waiting(null, notification, deadline));
	}

	/**
	 * Take a request out.
	 * @return whether it was there
	 */
	boolean remove(Call call) {
		return this.waiting.removeIf((other) -> other.call == call);
	}

	/**
	 * Let all go on, the first first. They may come back at once.
	 * @param calls takes the requests
	 * @param notifications takes the notifications, each with its deadline
	 */
	void leave(Consumer<Call> calls, BiConsumer<Message, Long> notifications) {
		List<Waiting> all = new ArrayList<>(this.waiting);
		this.waiting.clear();
		for (Waiting next : all) {
			if (next.call != null) {
				calls.accept(next.call);
			}
			else if (next.notification != null) {
				notifications.accept(next.notification, next.deadline);
			}
		}
	}

	/**
	 * A message that waits: a request or a notification.
	 */
	private record Waiting(@Nullable Call call, @Nullable Message notification, long deadline) {

	}

}
