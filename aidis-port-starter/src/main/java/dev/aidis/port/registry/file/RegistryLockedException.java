package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Thrown when another process holds the lock for longer than one is willing to wait.
 */
@SuppressWarnings("serial")
final class RegistryLockedException extends IOException {

	RegistryLockedException(Path lockFile, Duration timeout, String holder) {
		super("Could not lock " + lockFile + " within " + timeout.toMillis() + " ms; it was last taken by " + holder
				+ ". If that process hangs, end it; aidis.port.registry.lock-timeout sets how long to wait");
	}

}
