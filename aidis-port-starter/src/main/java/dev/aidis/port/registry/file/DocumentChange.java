package dev.aidis.port.registry.file;

import java.io.IOException;

/**
 * Alters a document that is read from the file and written back. It may be applied more
 * than once, each time to what the file then holds.
 */
@FunctionalInterface
interface DocumentChange {

	void apply(RegistryDocument document) throws IOException;

}
