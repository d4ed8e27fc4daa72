package dev.aidis.port.sample.mcp.bridge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that speaks to a bridge over its standard input and output.
 */
final class StdioClient {

	static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final ChildProcess bridge;

	private final OutputStream in;

	private final List<Line> lines = new CopyOnWriteArrayList<>();

	private final Thread reader;

	StdioClient(ChildProcess bridge) {
		this.bridge = bridge;
		this.in = bridge.process().getOutputStream();
		this.reader = new Thread(() -> {
			try (BufferedReader out = new BufferedReader(
					new InputStreamReader(bridge.process().getInputStream(), StandardCharsets.UTF_8))) {
				String line;
				while ((line = out.readLine()) != null) {
					this.lines.add(new Line(System.nanoTime(), line));
				}
			}
			catch (IOException ex) {
				// The bridge has ended.
			}
		});
		this.reader.setDaemon(true);
		this.reader.start();
	}

	StdioClient initialize() {
		say(BridgeHarness.INITIALIZE);
		answer("\"init\"");
		return say(BridgeHarness.INITIALIZED);
	}

	StdioClient request(Object id, String method, String params) {
		return say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
	}

	StdioClient say(String line) {
		return say((line + "\n").getBytes(StandardCharsets.UTF_8));
	}

	StdioClient say(byte[] bytes) {
		try {
			this.in.write(bytes);
			this.in.flush();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this.bridge.log(), ex);
		}
	}

	void close() throws IOException {
		this.in.close();
	}

	/**
	 * Wait for the answer to a request, and expect it to be the only one.
	 */
	JsonNode answer(Object id) {
		Awaitility.await()
			.atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(5))
			.untilAsserted(() -> assertThat(answers(id)).as("%s\n%s", this.lines, this.bridge.log()).isNotEmpty());
		assertThat(answers(id)).as("answers to %s", id).hasSize(1);
		return answers(id).get(0).json();
	}

	List<Line> answers(Object id) {
		return this.lines.stream().filter((line) -> line.answers(id.toString())).toList();
	}

	List<Line> lines() {
		return this.lines;
	}

	/**
	 * A line of the bridge.
	 *
	 * @param time when it came, by {@link System#nanoTime()}
	 * @param text the line
	 */
	record Line(long time, String text) {

		JsonNode json() {
			return Json.tree(this.text.getBytes(StandardCharsets.UTF_8));
		}

		boolean answers(String id) {
			JsonNode json = json();
			return !json.has("method") && json.path("id").toString().equals(id);
		}

	}

}
