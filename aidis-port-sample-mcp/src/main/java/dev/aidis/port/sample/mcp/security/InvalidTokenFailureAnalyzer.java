package dev.aidis.port.sample.mcp.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link InvalidTokenException}.
 */
final class InvalidTokenFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTokenException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidTokenException cause) {
		return new FailureAnalysis(cause.getMessage() + ". Its value is not shown here.",
				"Set aidis.mcp.token (AIDIS_MCP_TOKEN) to letters, digits and ._~+/-, with = at the end at most, or to "
						+ "nothing if callers need no token.",
				cause);
	}

}
