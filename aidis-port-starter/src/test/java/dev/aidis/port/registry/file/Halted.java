package dev.aidis.port.registry.file;

/**
 * Thrown by whatever a process still tries after {@link FaultyFileSystem} has halted it.
 * An {@link Error}, since code that handles failures must not handle its own death.
 */
@SuppressWarnings("serial")
final class Halted extends Error {

	/**
	 * Create a new error without a stack trace: it is thrown in large numbers, and the
	 * operation says where.
	 */
	Halted(String operation) {
		super("halted at operation " + operation, null, false, false);
	}

}
