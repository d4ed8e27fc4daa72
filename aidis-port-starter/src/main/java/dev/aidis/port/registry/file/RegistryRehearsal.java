package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.FileSystemUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryObserver;

/**
 * Goes through a registration and its removal once, in a temporary folder. The first time
 * takes some tens of milliseconds, for the classes and call sites that it needs, and is
 * better not the time at which others wait for a service to appear.
 */
final class RegistryRehearsal {

	private static final Log logger = LogFactory.getLog(RegistryRehearsal.class);

	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

	private static final AtomicBoolean DONE = new AtomicBoolean();

	private RegistryRehearsal() {
	}

	/**
	 * Do it, unless it was done in this JVM. If it cannot be done, nothing is lost but
	 * time.
	 */
	static void once() {
		if (DONE.compareAndSet(false, true)) {
			try {
				inTemporaryFolder();
			}
			catch (IOException | RuntimeException | LinkageError ex) {
				logger.debug("Could not rehearse a registration", ex);
			}
		}
	}

	private static void inTemporaryFolder() throws IOException {
		Path folder = Files.createTempDirectory("aidis-port-rehearsal-");
		try (FilePortRegistry registry = new FilePortRegistry(folder.resolve("registry/port-registry.json"),
				FileRegistryProperties.withLockTimeout(LOCK_TIMEOUT), InstanceProbe.NONE, PortRegistryObserver.NONE)) {
			registry.rehearse(PortRegistration.builder("rehearsal", 1).build());
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

}
