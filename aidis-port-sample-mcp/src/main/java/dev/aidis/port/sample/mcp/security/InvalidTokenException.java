package dev.aidis.port.sample.mcp.security;

/**
 * Thrown when the token of the settings could not stand in a header. Does not tell what
 * it is, as Spring Boot's own exception for invalid values would: it is a secret, be it a
 * mistyped one.
 */
@SuppressWarnings("serial")
final class InvalidTokenException extends RuntimeException {

	InvalidTokenException() {
		super("aidis.mcp.token is set to what no header can hold");
	}

}
