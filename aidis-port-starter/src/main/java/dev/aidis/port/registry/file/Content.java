package dev.aidis.port.registry.file;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What was in the file at one moment.
 */
final class Content {

	static final Content MISSING = new Content(new byte[0], FileSignature.MISSING);

	private final byte[] bytes;

	private final FileSignature signature;

	private @Nullable RegistryDocument document;

	/**
	 * Create new content.
	 * @param bytes the bytes, none when there was no file
	 * @param signature the signature the file had before it was read
	 */
	Content(byte[] bytes, FileSignature signature) {
		this.bytes = bytes;
		this.signature = signature;
	}

	byte[] bytes() {
		return this.bytes;
	}

	FileSignature signature() {
		return this.signature;
	}

	boolean isMissing() {
		return this.signature.isMissing();
	}

	/**
	 * Return the document; the bytes are parsed once. Nobody may change it but on a copy.
	 * @param codec reads the bytes
	 * @throws BrokenRegistryException if the bytes are no registry
	 */
	RegistryDocument parse(RegistryCodec codec) throws BrokenRegistryException {
		if (isMissing()) {
			return new RegistryDocument();
		}
		if (this.document == null) {
			this.document = codec.parse(this.bytes);
		}
		return this.document;
	}

	boolean isSettled() {
		return this.signature.isSettled(Instant.now());
	}

}
