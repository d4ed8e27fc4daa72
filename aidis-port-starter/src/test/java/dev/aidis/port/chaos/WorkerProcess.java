package dev.aidis.port.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A worker as the coordinator sees it: what it has acknowledged, and what it is told to
 * do.
 */
final class WorkerProcess {

	private static final long PATIENCE_MILLIS = 60_000;

	private final Process process;

	private final Writer input;

	private final Waits updates;

	private final Map<String, Integer> registered = new HashMap<>();

	private final Set<String> removed = new HashSet<>();

	private final List<String> errors = new ArrayList<>();

	private int lookups;

	private boolean ready;

	private boolean stopped;

	private boolean ended;

	private long pings;

	private long pong;

	private long lastProgress;

	/**
	 * Listen to a worker.
	 * @param process its process
	 * @param updates where the times of its updates are collected
	 */
	WorkerProcess(Process process, Waits updates) {
		this.process = process;
		this.updates = updates;
		this.input = process.outputWriter(StandardCharsets.UTF_8);
		Thread thread = new Thread(this::listen, "worker-" + process.pid());
		thread.setDaemon(true);
		thread.start();
	}

	private void listen() {
		try (BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				hear(line);
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// It has been killed.
		}
		synchronized (this) {
			this.ended = true;
			notifyAll();
		}
	}

	private synchronized void hear(String line) {
		String[] words = line.split(" ", 2);
		if (!words[0].equals("e") && !words[0].equals("m")) {
			this.lastProgress = System.nanoTime();
		}
		switch (words[0]) {
			case "+" -> this.registered.put(words[1].split(" ")[0], Integer.valueOf(words[1].split(" ")[1]));
			case "-" -> {
				this.registered.remove(words[1]);
				this.removed.add(words[1]);
			}
			case "u" -> this.updates.add(Long.parseLong(words[1]));
			case "l" -> this.lookups++;
			case "m" -> this.errors.add("missed " + words[1]);
			case "e" -> this.errors.add(words[1]);
			case "pong" -> this.pong = Long.parseLong(words[1]);
			case "warm" -> {
				// It says so from time to time.
			}
			case "ready" -> this.ready = true;
			case "stopped" -> this.stopped = true;
			default -> this.errors.add("other unexpected output: " + line);
		}
		notifyAll();
	}

	void tell(String command) {
		try {
			this.input.write(command + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			// It has ended, which its output tells, too.
		}
	}

	/**
	 * Wait until everything is heard that the worker had said by now.
	 * @return whether it answers or has ended
	 */
	boolean hearAll() {
		long number = ++this.pings;
		tell("ping " + number);
		return await(() -> this.pong >= number);
	}

	boolean awaitReady() {
		return await(() -> this.ready);
	}

	boolean awaitStopped() {
		return await(() -> this.stopped);
	}

	/**
	 * Wait as long as the worker gets on with something.
	 */
	private synchronized boolean await(BooleanSupplier condition) {
		this.lastProgress = System.nanoTime();
		while (!condition.getAsBoolean() && !this.ended) {
			long left = PATIENCE_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.lastProgress);
			if (left <= 0) {
				return false;
			}
			try {
				wait(left);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return true;
	}

	/**
	 * End it as {@code kill -9} does.
	 */
	void kill() {
		this.process.destroyForcibly();
	}

	/**
	 * Wait until the killed process is gone and all that it said is heard.
	 */
	void reap() {
		this.process.onExit().join();
		await(() -> false);
	}

	long pid() {
		return this.process.pid();
	}

	synchronized boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Return the instance ids that must be found, with their ports.
	 */
	synchronized Map<String, Integer> registered() {
		return new HashMap<>(this.registered);
	}

	synchronized boolean isRegistered(String instanceId) {
		return this.registered.containsKey(instanceId);
	}

	/**
	 * Return the instance ids that were or are about to be removed.
	 */
	synchronized Set<String> removed() {
		return new HashSet<>(this.removed);
	}

	synchronized int lookups() {
		return this.lookups;
	}

	synchronized List<String> takeErrors() {
		List<String> taken = new ArrayList<>(this.errors);
		this.errors.clear();
		return taken;
	}

}
