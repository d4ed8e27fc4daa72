package dev.aidis.port.sample.command.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link InvalidPasswordException}.
 */
final class InvalidPasswordFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPasswordException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPasswordException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Set aidis.command.login.password to a password that is encoded with bcrypt, with '{bcrypt}' before it, "
						+ "such as '{bcrypt}$2y$10$…'. htpasswd -nBC 10 '' of the Debian package apache2-utils asks for "
						+ "a password and prints it encoded, after a colon.",
				cause);
	}

}
