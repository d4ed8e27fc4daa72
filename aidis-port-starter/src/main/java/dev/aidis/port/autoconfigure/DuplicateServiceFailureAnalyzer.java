package dev.aidis.port.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import dev.aidis.port.DuplicateServiceException;

/**
 * Says which instance has the name that a service must not share, and the ways out.
 */
final class DuplicateServiceFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateServiceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateServiceException cause) {
		return new FailureAnalysis(
				cause.getMessage() + ", and aidis.port.registry.on-duplicate=fail lets no second one start.",
				"End process " + cause.getExisting().pid()
						+ ", give this service another name with aidis.port.service-name, or set "
						+ "aidis.port.registry.on-duplicate to 'replicate' or 'replace'.",
				cause);
	}

}
