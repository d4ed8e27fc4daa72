package dev.aidis.port.sample.mcp.bridge;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for an answer. Whoever takes one out answers it, so that each is
 * answered once.
 */
final class PendingCalls {

	private static final int MAX_CALLS = 10_000;

	private final Map<RequestId, Call> calls = new ConcurrentHashMap<>();

	private final AtomicLong answered = new AtomicLong();

	private final AtomicInteger answering = new AtomicInteger();

	private final AtomicLong bytes = new AtomicLong();

	private final long maxBytes;

	/**
	 * Create a new table.
	 * @param maxBytes how long the requests in it may be together
	 */
	PendingCalls(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Add a call.
	 * @throws InvalidMessageException if it cannot be taken
	 */
	void add(Call call) throws InvalidMessageException {
		int length = call.request().text().length;
		if (this.calls.size() >= MAX_CALLS || this.bytes.get() + length > this.maxBytes) {
			throw new InvalidMessageException(JsonRpc.OVERLOADED, call.id(),
					"Too many requests wait for an answer already, " + this.calls.size()
							+ " of them. Wait for some of the answers");
		}
		if (this.calls.putIfAbsent(call.id(), call) != null) {
			// An answer under this id would be taken for that of the other request.
			throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, null,
					"Invalid Request: the id " + call.id() + " belongs to a request that is not answered yet");
		}
		this.bytes.addAndGet(length);
	}

	@Nullable Call find(RequestId id) {
		return this.calls.get(id);
	}

	boolean isPending(Call call) {
		return this.calls.get(call.id()) == call;
	}

	/**
	 * Answer a call, unless that has been done.
	 * @param call the call
	 * @param text the answer, or {@code null} for none
	 * @return whether this was the answer
	 */
	boolean answer(Call call, byte @Nullable [] text) {
		this.answering.incrementAndGet();
		try {
			if (!this.calls.remove(call.id(), call)) {
				return false;
			}
			this.bytes.addAndGet(-call.request().text().length);
			this.answered.incrementAndGet();
			call.answer(text);
			return true;
		}
		finally {
			this.answering.decrementAndGet();
		}
	}

	int size() {
		return this.calls.size();
	}

	long answered() {
		return this.answered.get();
	}

	Collection<Call> all() {
		return this.calls.values();
	}

	/**
	 * Wait until all are answered that are ever going to be.
	 * @param millis how long to wait at most
	 */
	void awaitEmpty(long millis) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		while (!isDone() && System.nanoTime() < end) {
			TimeUnit.MILLISECONDS.sleep(2);
		}
	}

	private boolean isDone() {
		return this.calls.values().stream().allMatch(Call::isSubscription) && this.answering.get() == 0;
	}

}
