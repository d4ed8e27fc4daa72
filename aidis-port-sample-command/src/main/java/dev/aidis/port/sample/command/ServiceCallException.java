package dev.aidis.port.sample.command;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Thrown when a service is registered but does not answer as it should.
 */
class ServiceCallException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String service;

	private final boolean timeout;

	ServiceCallException(String service, URI url, Throwable cause) {
		super("Service '" + service + "' is registered at " + url + " but " + problem(cause), cause);
		this.service = service;
		this.timeout = isTimeout(cause);
	}

	private static String problem(Throwable cause) {
		if (isTimeout(cause)) {
			return "does not answer in time";
		}
		if (isCausedBy(cause, ConnectException.class)) {
			return "refuses connections";
		}
		return "does not answer as it should: " + NestedExceptionUtils.getMostSpecificCause(cause);
	}

	private static boolean isTimeout(Throwable cause) {
		return isCausedBy(cause, HttpTimeoutException.class) || isCausedBy(cause, TimeoutException.class);
	}

	private static boolean isCausedBy(@Nullable Throwable thrown, Class<? extends Throwable> type) {
		Throwable cause = thrown;
		while (cause != null && !type.isInstance(cause)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

	String getService() {
		return this.service;
	}

	boolean isTimeout() {
		return this.timeout;
	}

}
