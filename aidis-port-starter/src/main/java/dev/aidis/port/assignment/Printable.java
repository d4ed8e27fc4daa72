package dev.aidis.port.assignment;

/**
 * Makes a value from outside fit to stand in a log line.
 */
final class Printable {

	private static final int MAX_LENGTH = 100;

	private Printable() {
	}

	static String of(String value) {
		StringBuilder printable = new StringBuilder();
		value.codePoints().limit(MAX_LENGTH).forEach((codePoint) -> {
			if (isPrintable(codePoint)) {
				printable.appendCodePoint(codePoint);
			}
			else {
				printable.append("\\u").append(String.format("%04x", codePoint));
			}
		});
		return (value.codePointCount(0, value.length()) > MAX_LENGTH) ? printable + "…" : printable.toString();
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
