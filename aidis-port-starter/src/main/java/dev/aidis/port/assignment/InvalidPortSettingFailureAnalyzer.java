package dev.aidis.port.assignment;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes an {@link InvalidPortSettingException}. It takes nothing in its constructor,
 * so that it also works before there is an application context.
 */
final class InvalidPortSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPortSettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPortSettingException cause) {
		return new FailureAnalysis("The value '" + cause.getValue() + "' of " + cause.getSetting() + " cannot be used: "
				+ cause.getReason() + ".", cause.getAction(), cause);
	}

}
