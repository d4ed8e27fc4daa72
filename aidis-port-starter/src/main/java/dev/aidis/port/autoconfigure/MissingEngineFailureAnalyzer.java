package dev.aidis.port.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which dependency to add for an engine.
 */
final class MissingEngineFailureAnalyzer extends AbstractFailureAnalyzer<MissingEngineException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingEngineException cause) {
		String[] dependency = cause.getDependency().split(":", 2);
		return new FailureAnalysis(
				"aidis.port.registry.engine=" + cause.getEngine() + " needs a library that is not on the class path: "
						+ cause.getDependency() + ".",
				"Add the dependency with groupId '" + dependency[0] + "' and artifactId '" + dependency[1] + "' ("
						+ cause.getHint() + "), or set aidis.port.registry.engine to 'file'.",
				cause);
	}

}
