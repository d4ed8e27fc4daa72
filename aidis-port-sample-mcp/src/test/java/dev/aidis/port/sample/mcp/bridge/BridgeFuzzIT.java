package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Says all kinds of nonsense to the bridge. With {@code -Dbridge.frames=10000} it does
 * what {@code docs/benchmarks.md} reports.
 */
class BridgeFuzzIT {

	private static final int FRAMES = Integer.getInteger("bridge.frames", 1000);

	/**
	 * One frame of so many is long.
	 */
	private static final int LONG_EVERY = 100;

	private static final int LONG = 5 * 1024 * 1024;

	private static final int TOO_LONG_EVERY = 1000;

	private static final long SEED = Long.getLong("bridge.seed", 4711);

	@TempDir
	private Path temp;

	private final Random random = new Random(SEED);

	@Test
	void nonsenseIsAnsweredOrIgnoredAndHarmsNobody() throws Exception {
		try (ScriptedServer server = new ScriptedServer();
				ChildProcess bridge = ChildProcess.bridge(this.temp,
						Map.of("AIDIS_PORT_REGISTRY", this.temp.resolve("run/port-registry.json").toString()), "--url",
						"http://localhost:" + server.port(), "--stdio-only")) {
			StdioClient client = new StdioClient(bridge).initialize();
			List<Integer> expected = new ArrayList<>();
			for (int i = 0; i < FRAMES; i++) {
				Frame frame = frame(i);
				client.say(frame.bytes);
				if (frame.code != 0) {
					expected.add(frame.code);
				}
				if (i % 100 == 99) {
					// What is sound is answered all the same.
					assertThat(client.request(1_000_000 + i, "ping", "{}").answer(1_000_000 + i).has("result"))
						.isTrue();
				}
			}
			// Refusals come in the order of what they refuse, and there is none of the
			// rest.
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(() -> assertThat(refusals(client)).as("seed %s", SEED).hasSameSizeAs(expected));
			assertThat(refusals(client)).as("seed %s", SEED).isEqualTo(expected);
			assertThat(client.lines()).extracting(StdioClient.Line::json).allMatch((line) -> line.has("jsonrpc"));
			assertThat(bridge.process().isAlive()).isTrue();
			assertThat(residentMegabytes(bridge)).as("resident memory in MB").isLessThan(1024);
			System.out.printf("%d frames, %d answered by an error, resident memory afterwards %d MB%n", FRAMES,
					expected.size(), residentMegabytes(bridge));
			client.close();
			assertThat(bridge.await()).isZero();
			assertThat(bridge.log()).doesNotContain("should not have happened");
		}
	}

	private static List<Integer> refusals(StdioClient client) {
		return client.lines()
			.stream()
			.filter((line) -> line.text().contains("\"error\""))
			.map((line) -> line.json().path("error").path("code").asInt())
			.toList();
	}

	private static long residentMegabytes(ChildProcess process) throws Exception {
		Path status = Path.of("/proc", String.valueOf(process.process().pid()), "status");
		if (!Files.exists(status)) {
			return 0;
		}
		return Files.readAllLines(status)
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
			.findFirst()
			.orElse(0);
	}

	private Frame frame(int number) {
		String request = "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"ping\",\"params\":{\"a\":[1,\"ä\"]}}";
		if (number % TOO_LONG_EVERY == TOO_LONG_EVERY / 2) {
			return Frame.invalid("{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{\"a\":\""
					+ "x".repeat(Bridge.MAX_LINE) + "\"},\"id\":" + number + "}");
		}
		if (number % LONG_EVERY == 0) {
			String padding = "x".repeat(LONG);
			return this.random.nextBoolean() ? Frame.broken(padding) : Frame
				.invalid("{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"x\",\"params\":{\"a\":\"" + padding + "\"}}");
		}
		return switch (this.random.nextInt(14)) {
			case 0 -> Frame.broken(request.substring(0, 1 + this.random.nextInt(request.length() - 1)));
			case 1 -> Frame.invalid(withId(pick("null", "{}", "[1]", "true", "1.5", "1e400")));
			case 2 -> Frame.broken("[".repeat(1000 + this.random.nextInt(20_000)));
			case 3 -> Frame.broken("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":" + "{\"a\":".repeat(2000)
					+ "1" + "}".repeat(2000) + "}");
			case 4 -> Frame.broken(withByte(request, (byte) (0x80 + this.random.nextInt(0x40))));
			case 5 -> Frame.broken(pick("[", "{", "]", "}", "\"", "nonsense", "\\u0000", "\u0000"));
			case 6 -> Frame.broken(request + request);
			case 7 -> Frame.invalid("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}");
			case 8 -> Frame.broken(request.getBytes(StandardCharsets.UTF_16LE));
			case 9 -> Frame.ignored(pick("", " ", "\t\r"));
			case 10 -> Frame.ignored("{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"result\":{}}");
			case 11 -> Frame.broken(withId(pick("-", "\"")));
			case 12 -> Frame.invalid(pick("[]", "{}", "1", "null", "\"x\"", "{\"jsonrpc\":\"2.0\"}",
					"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}"));
			default ->
				Frame.ignored("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
						+ pick("null", "{}", "1", "\"x\"", "[[[]]]") + "}}");
		};
	}

	private static String withId(String id) {
		return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}";
	}

	private String pick(String... texts) {
		return texts[this.random.nextInt(texts.length)];
	}

	/**
	 * A byte that no UTF-8 begins with, inside of a string.
	 */
	private byte[] withByte(String request, byte added) {
		byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
		int position = request.indexOf("\"ping") + 2;
		ByteArrayOutputStream broken = new ByteArrayOutputStream();
		broken.write(bytes, 0, position);
		broken.write(added);
		broken.write(bytes, position, bytes.length - position);
		return broken.toByteArray();
	}

	/**
	 * What is said.
	 *
	 * @param bytes the line
	 * @param code the code of the error that it is answered by, 0 if by none
	 */
	private record Frame(byte[] bytes, int code) {

		/**
		 * No JSON.
		 */
		static Frame broken(String text) {
			return broken(text.getBytes(StandardCharsets.UTF_8));
		}

		static Frame broken(byte[] text) {
			return new Frame(line(text), JsonRpc.PARSE_ERROR);
		}

		/**
		 * JSON, and no message.
		 */
		static Frame invalid(String text) {
			return new Frame(line(text.getBytes(StandardCharsets.UTF_8)), JsonRpc.INVALID_REQUEST);
		}

		static Frame ignored(String text) {
			return new Frame((text + "\n").getBytes(StandardCharsets.UTF_8), 0);
		}

		/**
		 * A line break within the frame would make two of it.
		 */
		private static byte[] line(byte[] text) {
			byte[] line = new byte[text.length + 1];
			for (int i = 0; i < text.length; i++) {
				line[i] = (text[i] == '\n') ? 1 : text[i];
			}
			line[text.length] = '\n';
			return line;
		}

	}

}
