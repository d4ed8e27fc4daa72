package dev.aidis.port.registry.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads, saves and writes registries that were spoilt at random. The system property
 * {@code aidis.chaos.inputs} says how many; a failure names the seed of its input, for
 * {@code aidis.chaos.seed}.
 */
class RegistryFuzzTests {

	private static final int INPUTS = Integer.getInteger("aidis.chaos.inputs", 20_000);

	private static final Long SEED = Long.getLong("aidis.chaos.seed");

	private static final ProcessIdentity SELF = ProcessIdentity.current(ProcessTable.system());

	private static final int MAX_CHANGES = 6;

	private static final int MAX_SIZE = 8 * 1024;

	private static final List<byte[]> FRAGMENTS = Stream
		.of("{", "}", "[", "]", "\"", ":", ",", "\\", "\\\"", "\\u0000", "\\ud83d", "\\u202e", "\n", "\r\n", "\t", "\0",
				" ", "  \"", "null", "true", "fals", "NaN", "-0", "-", "0", "1e999999999", "1e99999999999",
				"9223372036854775808", "18446744073709551616", "1.50", "1E400", "1.0e2147483648", "12e2147483647",
				"1e-2147483647", "0.00000001", "1" + "0".repeat(999), "1.5" + "1".repeat(900) + "e7", "{}", "[]",
				"[[[[[[[[", "]]]]]]]]", "{\"a\":{\"a\":", "}}}}", "\"port\": 1", "\"port\": 65536", "\"pid\": 1",
				"\"serviceName\": \"orders#2\"", "\"instanceId\": \"x\"", "\"metadata\": {\"port\": 1, \"pid\": 1}",
				"\n  \"x\": {\"port\": 1, \"pid\": 1},", "\"x\":{\"port\":1,\"serviceName\":\"x\"}", "\n  },\n", "/*",
				"*/", "//", "'", "\u00fc", "\ud83d\ude00", "\ufeff", "\u2028", "\ufffd", "\"__proto__\"",
				"\"orders#2\"", "\"startedAt\": \"2026-11-23T08:57:12.000Z\"")
		.map((text) -> text.getBytes(StandardCharsets.UTF_8))
		.toList();

	private static final List<byte[]> SOURCES = Stream
		.concat(sources(), Stream.of("{}".getBytes(StandardCharsets.UTF_8),
				"\ufeff{\"x\":{\"port\":1,\"pid\":1}}".getBytes(StandardCharsets.UTF_16LE)))
		.toList();

	private static Stream<byte[]> sources() {
		try {
			return Stream.concat(Stream.of(RegistryCorpus.good(), RegistryCorpus.resource("seed-port-registry.json")),
					RegistryCorpus.special().map(RegistryCorpus.Case::content));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void noInputDoesAnythingButBreakTheRegistryInTheWayThatIsMendedAndWhatIsWrittenCanBeRead() {
		long first = (SEED != null) ? SEED : new SplittableRandom().nextLong();
		int inputs = (SEED != null) ? 1 : INPUTS;
		LongAdder whole = new LongAdder();
		LongAdder saved = new LongAdder();
		LongStream.range(0, inputs).parallel().forEach((number) -> tryOut(first + number, whole, saved));
		if (SEED == null) {
			// Inputs that are all whole, or all beyond help, would prove nothing.
			assertThat(whole.intValue()).isBetween(inputs / 50, inputs / 2);
			assertThat(saved.intValue()).isBetween(inputs / 3, inputs - inputs / 50);
		}
	}

	private static void tryOut(long seed, LongAdder whole, LongAdder saved) {
		byte[] source = pick(SOURCES, new SplittableRandom(seed));
		byte[] input = spoilt(source, new SplittableRandom(seed));
		try {
			RegistryDocument document = parse(input);
			checkWhatIsKnown(source, input, document);
			RegistryDocument salvaged = RegistryFormat.salvage(input);
			check((document != null) ? document : salvaged);
			check(rebuilt(salvaged));
			whole.add((document != null) ? 1 : 0);
			saved.add(salvaged.values().isEmpty() ? 0 : 1);
		}
		catch (BrokenRegistryException | RuntimeException | StackOverflowError | AssertionError ex) {
			throw new AssertionError(
					"With -Daidis.chaos.seed=" + seed + ": " + new String(input, StandardCharsets.ISO_8859_1), ex);
		}
	}

	private static RegistryDocument parse(byte[] input) {
		try {
			return RegistryFormat.parse(input);
		}
		catch (BrokenRegistryException ex) {
			assertThat(ex).hasMessageStartingWith("it ");
			return null;
		}
	}

	/**
	 * Do what a service does with a file that it registers in.
	 */
	private static RegistryDocument rebuilt(RegistryDocument salvaged) {
		RegistryDocument rebuilt = salvaged.copy();
		rebuilt.removeIf((entry) -> entry.pid() == 815);
		PortRegistration registration = PortRegistration.builder("orders", 41873).instanceId("fuzz").build();
		rebuilt.add("orders", RegistryEntry.toJson(registration, SELF, null));
		return rebuilt;
	}

	private static void check(RegistryDocument document) throws BrokenRegistryException {
		for (RegistryEntry entry : document.entries()) {
			entry.toRegistration();
		}
		byte[] written = RegistryFormat.write(document);
		RegistryDocument read = RegistryFormat.parse(written);
		if (!read.equals(document) || !Arrays.equals(RegistryFormat.write(read), written)) {
			throw new AssertionError(
					"Read another document than was written: " + new String(written, StandardCharsets.UTF_8));
		}
	}

	/**
	 * Whoever has read the file before must judge it like one who has not.
	 */
	private static void checkWhatIsKnown(byte[] before, byte[] input, @Nullable RegistryDocument expected)
			throws BrokenRegistryException {
		RegistryCodec codec = new RegistryCodec();
		parse(codec, before);
		RegistryDocument read = parse(codec, input);
		if (!Objects.equals(read, expected)) {
			throw new AssertionError("It is another document to one who has read the file before: " + read);
		}
		if (read != null && !RegistryFormat.parse(codec.write(read)).equals(read)) {
			throw new AssertionError("Wrote another document than was read");
		}
	}

	private static @Nullable RegistryDocument parse(RegistryCodec codec, byte[] input) {
		try {
			return codec.parse(input);
		}
		catch (BrokenRegistryException ex) {
			return null;
		}
	}

	private static byte[] spoilt(byte[] source, SplittableRandom random) {
		byte[] input = source;
		int changes = random.nextInt(1, MAX_CHANGES + 1);
		for (int i = 0; i < changes; i++) {
			input = spoil(input, random);
		}
		return (input.length <= MAX_SIZE) ? input : Arrays.copyOf(input, MAX_SIZE);
	}

	private static byte[] spoil(byte[] input, SplittableRandom random) {
		int from = random.nextInt(input.length + 1);
		int to = from + random.nextInt(Math.min(input.length - from, 300) + 1);
		return switch (random.nextInt(9)) {
			case 0 -> flipped(input, random);
			case 1 -> spliced(input, from, from, pick(FRAGMENTS, random));
			case 2 -> spliced(input, from, Math.min(from + 1, input.length), pick(FRAGMENTS, random));
			case 3 -> spliced(input, from, to, new byte[0]);
			case 4 -> spliced(input, from, from, Arrays.copyOfRange(input, from, to));
			case 5 ->
				spliced(input, random.nextInt(input.length + 1), input.length, tail(pick(SOURCES, random), random));
			case 6 -> Arrays.copyOf(input, from);
			case 7 -> replaced(input, pick(FRAGMENTS, random), pick(FRAGMENTS, random));
			default -> spliced(input, to, to, tail(pick(SOURCES, random), random));
		};
	}

	private static byte[] flipped(byte[] input, SplittableRandom random) {
		byte[] flipped = input.clone();
		if (flipped.length > 0) {
			flipped[random.nextInt(flipped.length)] ^= (byte) random.nextInt(1, 256);
		}
		return flipped;
	}

	private static byte[] tail(byte[] input, SplittableRandom random) {
		return Arrays.copyOfRange(input, random.nextInt(input.length + 1), input.length);
	}

	private static byte[] spliced(byte[] input, int from, int to, byte[] middle) {
		ByteArrayOutputStream spliced = new ByteArrayOutputStream();
		spliced.write(input, 0, Math.min(from, to));
		spliced.writeBytes(middle);
		spliced.write(input, to, input.length - to);
		return spliced.toByteArray();
	}

	private static byte[] replaced(byte[] input, byte[] what, byte[] replacement) {
		String text = new String(input, StandardCharsets.ISO_8859_1);
		return text
			.replace(new String(what, StandardCharsets.ISO_8859_1),
					new String(replacement, StandardCharsets.ISO_8859_1))
			.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static byte[] pick(List<byte[]> list, SplittableRandom random) {
		return list.get(random.nextInt(list.size()));
	}

}
