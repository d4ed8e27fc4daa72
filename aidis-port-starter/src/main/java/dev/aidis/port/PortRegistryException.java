package dev.aidis.port;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the {@link PortRegistry} cannot be read or written. The message names the
 * registry and says what stands in the way.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public class PortRegistryException extends RuntimeException {

	/**
	 * Create a new exception.
	 * @param message what is wrong, where and what helps
	 * @param cause the cause, if there is one
	 */
	public PortRegistryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
