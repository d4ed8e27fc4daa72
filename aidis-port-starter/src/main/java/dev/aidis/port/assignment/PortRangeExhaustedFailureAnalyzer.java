package dev.aidis.port.assignment;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a {@link PortRangeExhaustedException}. It takes nothing in its constructor, so
 * that it also works before there is an application context.
 */
final class PortRangeExhaustedFailureAnalyzer extends AbstractFailureAnalyzer<PortRangeExhaustedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PortRangeExhaustedException cause) {
		return new FailureAnalysis(
				"No port of the range " + cause.getRange() + " is free for service '" + cause.getServiceName()
						+ "'. It was asked for by: " + cause.getSetting() + ". Its ports are held by:\n\n    "
						+ String.join("\n    ", cause.getHolders()),
				"End one of these, make the range larger, or set it to another one.", cause);
	}

}
