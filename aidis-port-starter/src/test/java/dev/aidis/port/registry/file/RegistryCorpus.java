package dev.aidis.port.registry.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Registry files that somebody or something may have spoilt: those in
 * {@code registry/corpus/special}, those that git or an editor would spoil, which are
 * made here, and {@code registry/corpus/good.json} cut at every place and with a byte
 * changed. In the special ones, entries named {@code kept…} must survive, and nothing may
 * come of what is named {@code lost…}.
 */
final class RegistryCorpus {

	private static final int CHANGED_BYTES = 300;

	private static final Pattern KEPT = Pattern.compile("\"(kept(?:[^\"\\\\]|\\\\.)*)\"\\s*:");

	private static final String ENTRY = "\"%s\": {\"port\": 5000, \"pid\": 1%s}";

	private RegistryCorpus() {
	}

	/**
	 * So many as can be tried with a whole registry: not each of the truncated ones.
	 */
	static Stream<Case> some() throws IOException {
		List<Case> truncated = truncated().toList();
		return Stream
			.of(special(), made(), changed(),
					IntStream.range(0, truncated.size()).filter((size) -> size % 8 == 0).mapToObj(truncated::get))
			.flatMap((cases) -> cases);
	}

	static Stream<Case> all() throws IOException {
		return Stream.of(special(), made(), truncated(), changed()).flatMap((cases) -> cases);
	}

	static byte[] good() {
		return resource("corpus/good.json");
	}

	static byte[] resource(String name) {
		try (InputStream input = RegistryCorpus.class.getResourceAsStream("/registry/" + name)) {
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Those that are kept as files.
	 */
	static Stream<Case> special() throws IOException {
		try (Stream<Path> files = Files
			.list(Path.of(RegistryCorpus.class.getResource("/registry/corpus/special").toURI()))) {
			return files.sorted().toList().stream().map((file) -> {
				byte[] content = resource("corpus/special/" + file.getFileName());
				return special(file.getFileName().toString(), content, StandardCharsets.UTF_8);
			});
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Case special(String name, byte[] content, Charset charset) {
		Set<String> kept = KEPT.matcher(new String(content, charset))
			.results()
			.map((match) -> unescape(match.group(1)))
			.collect(Collectors.toCollection(TreeSet::new));
		return new Case(name, content, name.startsWith("broken"), kept);
	}

	private static String unescape(String text) {
		return Pattern.compile("\\\\u(....)")
			.matcher(text)
			.replaceAll((match) -> String.valueOf((char) Integer.parseInt(match.group(1), 16)));
	}

	/**
	 * Those that cannot be kept as files, or need not be.
	 */
	private static Stream<Case> made() {
		String two = "{\n  " + entry("kept-1", "") + ",\n  " + entry("kept-ü", "") + "\n}\n";
		List<Case> cases = new ArrayList<>();
		Map<String, Charset> charsets = Map.of("utf-8", StandardCharsets.UTF_8, "utf-16le", StandardCharsets.UTF_16LE,
				"utf-16be", StandardCharsets.UTF_16BE);
		charsets.forEach((name, charset) -> {
			cases.add(special("broken-byte-order-mark-" + name, ("\uFEFF" + two).getBytes(charset), charset));
			cases.add(special((name.equals("utf-8") ? "whole-" : "broken-") + name, two.getBytes(charset), charset));
			byte[] cut = ("\uFEFF" + two.substring(0, two.length() - 10)).getBytes(charset);
			cases.add(new Case("broken-byte-order-mark-and-cut-" + name, Arrays.copyOf(cut, cut.length - 1), true,
					Set.of("kept-1")));
		});
		cases.add(new Case("broken-latin-1", two.getBytes(StandardCharsets.ISO_8859_1), true, Set.of("kept-1")));
		Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
		changes.put("whole-nested-31", (kept) -> entry("kept-2", ", \"x\": " + nested(29)));
		changes.put("whole-nested-32", (kept) -> entry("kept-2", ", \"x\": " + nested(30)));
		changes.put("broken-nested-33", (kept) -> entry("lost", ", \"x\": " + nested(31)));
		changes.put("broken-nested-1000", (kept) -> entry("lost", ", \"x\": " + nested(1000)));
		changes.put("broken-nested-100000", (kept) -> entry("lost", ", \"x\": " + nested(100_000)));
		changes.put("broken-nested-100000-and-never-closed",
				(kept) -> "\"lost\": {\"port\": 5000, \"x\": " + "[".repeat(100_000));
		changes.put("broken-nested-objects-1000",
				(kept) -> "\"lost\": " + "{\"x\":".repeat(1000) + "1" + "}".repeat(1000));
		changes.put("whole-text-of-8-kib", (kept) -> entry("kept-2", ", \"x\": \"" + "x".repeat(8192) + "\""));
		changes.put("broken-text-of-8-kib-and-1", (kept) -> entry("lost", ", \"x\": \"" + "x".repeat(8193) + "\""));
		changes.put("broken-text-without-end", (kept) -> "\"lost\": {\"port\": 5000, \"x\": \"" + "x".repeat(100_000));
		changes.put("whole-name-of-256", (kept) -> entry("kept-" + "n".repeat(251), ""));
		changes.put("broken-name-of-257", (kept) -> entry("lost-" + "n".repeat(252), ""));
		changes.put("broken-name-of-257-in-an-entry", (kept) -> entry("lost", ", \"" + "n".repeat(257) + "\": 1"));
		changes.put("broken-too-many-tokens", (kept) -> entry("lost", ", \"x\": [1" + ",1".repeat(600_000) + "]"));
		changes.put("broken-nul-bytes", (kept) -> entry("lost\0", "") + "\0\0");
		changes.put("broken-nul-bytes-between", (kept) -> "\0\0\0\0".repeat(100) + kept);
		changes.put("broken-delete-and-escape", (kept) -> entry("lost\u007f\u001b", ""));
		changes
			.forEach(
					(name, change) -> cases
						.add(special(
								name, two
									.replace("\n}",
											",\n  " + change.apply(entry("kept-2", "")) + ",\n  " + entry("kept-3", "")
													+ "\n}")
									.getBytes(StandardCharsets.UTF_8),
								StandardCharsets.UTF_8)));
		Map<String, String> bytes = new LinkedHashMap<>();
		bytes.put("cesu-8", "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080");
		bytes.put("lone-surrogate", "\u00ed\u00a0\u0080");
		bytes.put("modified-utf-8-nul", "\u00c0\u0080");
		bytes.put("overlong-slash", "\u00e0\u0080\u00af");
		bytes.put("five-bytes", "\u00f8\u0088\u0080\u0080\u0080");
		bytes.put("beyond-unicode", "\u00f4\u0090\u0080\u0080");
		bytes.put("continuation", "\u0080");
		bytes.put("cut-character", "\u00f0\u009f\u0098");
		bytes.put("ff", "\u00ff");
		bytes.forEach((name, sequence) -> {
			String ascii = "{" + entry("kept-1", "") + ", %s, " + entry("kept-2", "") + "}";
			for (String spoilt : List.of(entry("lost-" + sequence, ""), entry("lost", ", \"x\": \"" + sequence + "\""),
					sequence)) {
				cases.add(special("broken-bytes-" + name + "-" + cases.size(),
						ascii.formatted(spoilt).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1));
			}
		});
		cases.add(special("broken-empty", new byte[0], StandardCharsets.UTF_8));
		cases.add(special("broken-blank", bytes(" \r\n\t"), StandardCharsets.UTF_8));
		cases.add(special("broken-only-a-byte-order-mark", bytes("\uFEFF"), StandardCharsets.UTF_8));
		cases.add(special("broken-half-a-byte-order-mark", new byte[] { (byte) 0xFF }, StandardCharsets.UTF_8));
		cases.add(special("broken-zeros", new byte[4096], StandardCharsets.UTF_8));
		cases.add(special("broken-zeros-behind", Arrays.copyOf(bytes(two), 4096), StandardCharsets.UTF_8));
		cases.add(special("whole-8-mib", blanks(bytes(two), RegistryFormat.MAX_SIZE), StandardCharsets.UTF_8));
		cases.add(
				special("broken-8-mib-and-1", blanks(bytes(two), RegistryFormat.MAX_SIZE + 1), StandardCharsets.UTF_8));
		return cases.stream();
	}

	private static byte[] blanks(byte[] content, int size) {
		byte[] padded = Arrays.copyOf(content, size);
		Arrays.fill(padded, content.length, size, (byte) ' ');
		return padded;
	}

	private static String entry(String name, String more) {
		return ENTRY.formatted(name, more);
	}

	private static String nested(int depth) {
		return "[".repeat(depth) + "]".repeat(depth);
	}

	/**
	 * The good file, cut at every place.
	 */
	static Stream<Case> truncated() {
		byte[] good = good();
		Map<String, Range> entries = entries(good);
		return IntStream.range(0, good.length)
			.mapToObj((size) -> new Case("truncated-" + size, Arrays.copyOf(good, size), size < good.length - 1,
					keys(entries, (range) -> range.end <= size)));
	}

	/**
	 * The good file, each of its first bytes changed in two ways.
	 */
	static Stream<Case> changed() {
		byte[] good = good();
		Map<String, Range> entries = entries(good);
		return IntStream.range(0, CHANGED_BYTES).boxed().flatMap((place) -> Stream.of(0x20, 0xFF).map((mask) -> {
			byte[] changed = good.clone();
			changed[place] ^= mask.byteValue();
			return new Case("changed-" + place + "-" + Integer.toHexString(mask), changed, isBroken(changed),
					keys(entries, (range) -> place < range.start || place >= range.end));
		}));
	}

	private static boolean isBroken(byte[] content) {
		try {
			RegistryFormat.parse(content);
			return false;
		}
		catch (BrokenRegistryException ex) {
			return true;
		}
	}

	/**
	 * Find where the entries are by their indentation.
	 */
	private static Map<String, Range> entries(byte[] good) {
		// A byte is a character, so that places are places.
		String text = new String(good, StandardCharsets.ISO_8859_1);
		Map<String, Range> entries = new LinkedHashMap<>();
		Pattern.compile("\n  (\"([^\"\n]*)\": \\{\n.*?\n  })", Pattern.DOTALL)
			.matcher(text)
			.results()
			.forEach((match) -> entries.put(
					new String(match.group(2).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
					new Range(match.start(1), match.end(1))));
		if (entries.size() != 5) {
			throw new IllegalStateException("Some entries were not found: " + entries);
		}
		return entries;
	}

	private static Set<String> keys(Map<String, Range> entries, Predicate<Range> condition) {
		return entries.entrySet()
			.stream()
			.filter((entry) -> condition.test(entry.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private record Range(int start, int end) {
	}

	/**
	 * A file, and what must become of it.
	 *
	 * @param name what is wrong with it
	 * @param content its content
	 * @param broken whether it can be read as a whole
	 * @param kept the keys of the entries that must survive
	 */
	record Case(String name, byte[] content, boolean broken, Set<String> kept) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
