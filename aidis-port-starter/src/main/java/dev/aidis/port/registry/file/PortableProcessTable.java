package dev.aidis.port.registry.file;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Asks the JDK, for systems without {@code /proc}. The start time has the precision the
 * system gives it.
 */
final class PortableProcessTable implements ProcessTable {

	@Override
	public @Nullable String startTicks(long pid) {
		ProcessHandle process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive).orElse(null);
		if (process == null) {
			return null;
		}
		return process.info().startInstant().map(Instant::toEpochMilli).map(String::valueOf).orElse("unknown");
	}

	@Override
	public boolean isThread(long pid) {
		return false;
	}

	/**
	 * On Linux the JDK reads {@code /proc}, too. Where that is not mounted it does not
	 * even find this process.
	 */
	@Override
	public boolean isComplete() {
		return ProcessHandle.of(ProcessHandle.current().pid()).isPresent();
	}

}
