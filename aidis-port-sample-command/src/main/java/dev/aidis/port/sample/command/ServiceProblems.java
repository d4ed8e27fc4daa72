package dev.aidis.port.sample.command;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ServiceNotFoundException;

/**
 * Answers with a problem detail (RFC 9457) where another service cannot be called.
 */
@RestControllerAdvice
class ServiceProblems {

	@ExceptionHandler
	ProblemDetail notFound(ServiceNotFoundException ex) {
		ProblemDetail problem = problem(HttpStatus.SERVICE_UNAVAILABLE, ex);
		problem.setProperty("service", ex.getServiceName());
		problem.setProperty("registeredServices", ex.getRegisteredServices());
		return problem;
	}

	@ExceptionHandler
	ProblemDetail noAnswer(ServiceCallException ex) {
		ProblemDetail problem = problem(ex.isTimeout() ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY, ex);
		problem.setProperty("service", ex.getService());
		return problem;
	}

	@ExceptionHandler
	ProblemDetail noRegistry(PortRegistryException ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, ex);
	}

	private static ProblemDetail problem(HttpStatus status, RuntimeException ex) {
		return ProblemDetail.forStatusAndDetail(status, ex.getMessage());
	}

}
