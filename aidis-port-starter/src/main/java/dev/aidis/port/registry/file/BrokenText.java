package dev.aidis.port.registry.file;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes a text of the bytes of a broken file, whatever they are. Takes a byte order mark
 * off, and tells UTF-16 from UTF-8.
 */
final class BrokenText {

	/**
	 * Half a character, which no decoder gives: where one stands in a text, there was no
	 * character in the bytes. The usual U+FFFD may have been in the bytes as well.
	 */
	private static final String UNREADABLE = "\uDFFF";

	private static final int SAMPLE = 256;

	private BrokenText() {
	}

	static char[] decode(byte[] bytes) {
		int length = Math.min(bytes.length, RegistryFormat.MAX_SIZE);
		if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
			return decode(bytes, 3, length, StandardCharsets.UTF_8);
		}
		if (startsWith(bytes, 0xFE, 0xFF)) {
			return decode(bytes, 2, length, StandardCharsets.UTF_16BE);
		}
		if (startsWith(bytes, 0xFF, 0xFE)) {
			return decode(bytes, 2, length, StandardCharsets.UTF_16LE);
		}
		return decode(bytes, 0, length, guess(bytes, length));
	}

	private static boolean startsWith(byte[] bytes, int... start) {
		for (int i = 0; i < start.length; i++) {
			if (bytes.length <= i || (bytes[i] & 0xFF) != start[i]) {
				return false;
			}
		}
		return true;
	}

	/**
	 * In UTF-16 every other byte of JSON is zero, or nearly so.
	 */
	private static Charset guess(byte[] bytes, int length) {
		int sample = Math.min(length, SAMPLE);
		int[] zeros = new int[2];
		for (int i = 0; i < sample; i++) {
			zeros[i % 2] += (bytes[i] == 0) ? 1 : 0;
		}
		if (Math.max(zeros[0], zeros[1]) <= sample / 4 || Math.min(zeros[0], zeros[1]) > sample / 16) {
			return StandardCharsets.UTF_8;
		}
		return (zeros[0] > zeros[1]) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
	}

	private static char[] decode(byte[] bytes, int start, int end, Charset charset) {
		try {
			return charset.newDecoder()
				.onMalformedInput(CodingErrorAction.REPLACE)
				.onUnmappableCharacter(CodingErrorAction.REPLACE)
				.replaceWith(UNREADABLE)
				.decode(ByteBuffer.wrap(bytes, start, end - start))
				.toString()
				.toCharArray();
		}
		catch (CharacterCodingException ex) {
			throw new UncheckedIOException("A decoder that replaces does not report", ex);
		}
	}

	/**
	 * Tell whether a part of a text stands for bytes that were no characters.
	 */
	static boolean isUnreadable(char[] text, int start, int end) {
		for (int i = start; i < end; i++) {
			if (Character.isHighSurrogate(text[i])) {
				i++;
			}
			else if (Character.isLowSurrogate(text[i])) {
				return true;
			}
		}
		return false;
	}

}
