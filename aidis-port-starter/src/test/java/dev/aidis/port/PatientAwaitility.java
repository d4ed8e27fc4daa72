package dev.aidis.port;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets tests wait for long for what is to come: how long it takes is for benchmarks to
 * say, and a busy machine is no failure. Found as a service by JUnit.
 */
public final class PatientAwaitility implements LauncherSessionListener {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		Awaitility.setDefaultTimeout(PATIENCE);
	}

}
