package dev.aidis.port.sample.command.security;

/**
 * Thrown when the password of the settings is not one that can be used. Does not tell
 * what it is, as Spring Boot's own exception for invalid values would: it may be a plain
 * one.
 */
@SuppressWarnings("serial")
final class InvalidPasswordException extends RuntimeException {

	InvalidPasswordException() {
		super("aidis.command.login.enabled is true, and aidis.command.login.password is not an encoded password");
	}

}
