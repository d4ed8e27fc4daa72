package dev.aidis.port.sample.command.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link UnprotectedServerException}.
 */
final class UnprotectedServerFailureAnalyzer extends AbstractFailureAnalyzer<UnprotectedServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnprotectedServerException cause) {
		return new FailureAnalysis(
				"The Command page would be open to other machines: " + cause.setting() + " is " + cause.address()
						+ ", and aidis.command.login.enabled is not true.",
				"Do one of these:\n\n" + "    - Listen on this machine only: " + cause.setting() + "=127.0.0.1\n"
						+ "    - Have people log in: aidis.command.login.enabled=true, and aidis.command.login.password "
						+ "with an encoded password such as '{bcrypt}$2y$10$…'\n"
						+ "    - Open it to whoever reaches it: aidis.command.allow-remote=true",
				cause);
	}

}
