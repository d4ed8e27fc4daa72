package dev.aidis.port;

/**
 * Makes text from outside fit to stand in a log line, in a message or on a terminal:
 * settings, and what other programs have written into the registry. What is made for
 * programs, such as the JSON of an endpoint, stays as it is.
 *
 * @since 0.1.0
 */
public final class Printable {

	private static final int MAX_LENGTH = 100;

	private Printable() {
	}

	/**
	 * Escape what is unprintable or changes how the text around it is shown, and cut what
	 * is longer than 100 characters.
	 * @param value the text
	 * @return the text, with escapes as in Java source
	 */
	public static String of(String value) {
		return of(value, MAX_LENGTH);
	}

	/**
	 * Escape what is unprintable or changes how the text around it is shown, and cut what
	 * is too long.
	 * @param value the text
	 * @param maxLength how many characters of it to keep
	 * @return the text, with escapes as in Java source
	 */
	public static String of(String value, int maxLength) {
		StringBuilder printable = new StringBuilder();
		value.codePoints().limit(maxLength).forEach((codePoint) -> {
			if (isPrintable(codePoint)) {
				printable.appendCodePoint(codePoint);
			}
			else {
				printable.append("\\u").append(String.format("%04x", codePoint));
			}
		});
		return (value.codePointCount(0, value.length()) > maxLength) ? printable + "…" : printable.toString();
	}

	private static boolean isPrintable(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
				false;
			default -> true;
		};
	}

}
