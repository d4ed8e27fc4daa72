package dev.aidis.port.registry.file;

/**
 * Tells which places of a broken text are in no entry. Brackets are counted from the
 * start of the text and from its end: a single break makes at most one of the two wrong.
 * Where they differ, the indentation decides, and where there is none, the smaller one:
 * to take a part of an entry for an entry does less harm than to lose one.
 */
final class Nesting {

	private final char[] text;

	/**
	 * How many brackets are opened and not closed in the whole text.
	 */
	private final int unclosed;

	/**
	 * The indentation of the entries, or 0 where there is none.
	 */
	private final int indentation;

	private int position;

	private int balance;

	private int depth;

	Nesting(char[] text) {
		this.text = text;
		this.unclosed = balance(text);
		this.indentation = smallestIndentation(text);
	}

	private static int balance(char[] text) {
		int balance = 0;
		for (char c : text) {
			balance += step(c);
		}
		return balance;
	}

	private static int step(char c) {
		return switch (c) {
			case '{', '[' -> 1;
			case '}', ']' -> -1;
			default -> 0;
		};
	}

	/**
	 * Only lines that begin with a name or a closing bracket count, so that an opening
	 * one that was put among the blanks of a line does not change it.
	 */
	private static int smallestIndentation(char[] text) {
		int smallest = 0;
		for (int i = 0; i < text.length; i++) {
			if (text[i] == '\n') {
				int start = i + 1;
				while (i + 1 < text.length && isBlank(text[i + 1])) {
					i++;
				}
				int width = i + 1 - start;
				boolean counts = width > 0 && i + 1 < text.length && (text[i + 1] == '"' || text[i + 1] == '}');
				smallest = (counts && (smallest == 0 || width < smallest)) ? width : smallest;
			}
		}
		return smallest;
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\t' || c == '\r';
	}

	/**
	 * Tell whether a place is in no entry.
	 * @param place a place that is not before the last one that was asked for
	 * @param truncated whether the end of the text is missing, so that counting from
	 * there tells nothing
	 */
	boolean isTopLevel(int place, boolean truncated) {
		moveTo(place);
		int fromStart = this.depth;
		int fromEnd = this.balance - this.unclosed;
		if (fromStart == fromEnd || (fromStart <= 1 && fromEnd <= 1)) {
			return fromStart <= 1;
		}
		int width = indentation(place);
		if (width > 0) {
			return width <= this.indentation;
		}
		return fromStart <= 1 || (fromEnd <= 1 && !truncated);
	}

	private void moveTo(int place) {
		for (; this.position < place; this.position++) {
			int step = step(this.text[this.position]);
			this.balance += step;
			this.depth = Math.max(0, this.depth + step);
		}
	}

	/**
	 * Tell whether a place that lies in an entry by its brackets looks like the next one,
	 * as it does when the bracket that closes the entry is lost.
	 */
	boolean isSibling(int entry, int place) {
		return this.unclosed > 0 && this.indentation > 0 && indentation(entry) == this.indentation
				&& indentation(place) == this.indentation;
	}

	/**
	 * Return how far a place is indented, or -1 if it is not the first in its line.
	 */
	private int indentation(int place) {
		int start = place;
		while (start > 0 && isBlank(this.text[start - 1])) {
			start--;
		}
		return (start == 0 || this.text[start - 1] == '\n') ? place - start : -1;
	}

}
