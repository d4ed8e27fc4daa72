package dev.aidis.port.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes we have started, none of which outlives us.
 */
final class Children implements AutoCloseable {

	private final Set<Process> processes = ConcurrentHashMap.newKeySet();

	private final Thread hook = new Thread(this::killAll, "chaos-children");

	Children() {
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	void add(Process process) {
		this.processes.add(process);
		process.onExit().thenAccept(this.processes::remove);
	}

	private void killAll() {
		this.processes.forEach(Process::destroyForcibly);
	}

	@Override
	public void close() {
		killAll();
		this.processes.forEach((process) -> process.onExit().join());
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			// The hook is running already.
		}
	}

}
