package dev.aidis.port.registry.file;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the file's content is no registry. It may be half written and whole a
 * moment later.
 */
@SuppressWarnings("serial")
final class BrokenRegistryException extends Exception {

	BrokenRegistryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
