package dev.aidis.port.sample.command.stream;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/**
 * Thrown when no further stream may be opened.
 */
@SuppressWarnings("serial")
final class TooManyStreamsException extends ErrorResponseException {

	TooManyStreamsException(String detail) {
		super(HttpStatus.SERVICE_UNAVAILABLE);
		setDetail(detail);
		getHeaders().set("Retry-After", "5");
	}

}
