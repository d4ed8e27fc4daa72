package dev.aidis.port.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which dependency to add for an engine.
 */
final class MissingEngineFailureAnalyzer extends AbstractFailureAnalyzer<MissingEngineException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingEngineException cause) {
		return new FailureAnalysis(
				cause.getEngine().setting() + " needs " + cause.getNeeds() + ", which is not on the class path.",
				"Add the dependency " + String.join(" or ", cause.getDependencies()) + " (see " + cause.getDocument()
						+ "), or set " + OnRegistryEngineCondition.PROPERTY + " to 'file'.",
				cause);
	}

}
