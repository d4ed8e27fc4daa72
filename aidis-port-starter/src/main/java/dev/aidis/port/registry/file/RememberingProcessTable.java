package dev.aidis.port.registry.file;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Asks another table only once for the start of each process. For one thread and one
 * moment: what it remembers may be wrong in the next.
 */
final class RememberingProcessTable implements ProcessTable {

	private final ProcessTable processes;

	private final Map<Long, Optional<String>> startTicks = new HashMap<>();

	RememberingProcessTable(ProcessTable processes) {
		this.processes = processes;
	}

	@Override
	public @Nullable String startTicks(long pid) throws IOException {
		Optional<String> remembered = this.startTicks.get(pid);
		if (remembered == null) {
			remembered = Optional.ofNullable(this.processes.startTicks(pid));
			this.startTicks.put(pid, remembered);
		}
		return remembered.orElse(null);
	}

	@Override
	public @Nullable Instant startedAt(long pid) {
		return this.processes.startedAt(pid);
	}

	@Override
	public boolean isThread(long pid) throws IOException {
		return this.processes.isThread(pid);
	}

	@Override
	public boolean isComplete() {
		return this.processes.isComplete();
	}

}
