package dev.aidis.port.sample.mcp.transport;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends the server malformed messages: a thousand, or as many as
 * {@code -Daidis.fuzz.frames=10000} says, made from the seed {@code -Daidis.fuzz.seed}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class MalformedMessagesTests {

	private static final int FRAMES = Integer.getInteger("aidis.fuzz.frames", 1000);

	private static final long SEED = Long.getLong("aidis.fuzz.seed", 20261125);

	private static final long MEGABYTE = 1024 * 1024;

	@LocalServerPort
	private int port;

	@Autowired
	private McpSessions sessions;

	@Test
	void areAnsweredByErrorsAndLeaveTheServerAsItWas() {
		McpHttp client = McpHttp.at(this.port).initialize();
		MalformedMessages messages = new MalformedMessages(SEED);
		send(client, messages.next());
		long heap = usedHeap();
		int threads = Thread.activeCount();
		Map<Integer, Integer> statuses = new TreeMap<>();
		for (int i = 0; i < FRAMES; i++) {
			statuses.merge(send(client, messages.next()), 1, Integer::sum);
		}
		System.out.println(FRAMES + " malformed messages: HTTP statuses " + statuses + ", heap " + heap / MEGABYTE
				+ " MB before and " + usedHeap() / MEGABYTE + " MB after");
		assertThat(statuses).containsKeys(200, 400, 413);
		assertThat(usedHeap() - heap).isLessThan(64 * MEGABYTE);
		assertThat(Thread.activeCount() - threads).isLessThan(20);
		assertThat(this.sessions.size()).isLessThanOrEqualTo(500);
		assertThat(McpHttp
			.message(McpHttp.at(this.port)
				.initialize()
				.post(McpHttp.request(1, "tools/call", "{\"name\":\"list_services\"}")))
			.at("/result/isError")
			.asBoolean()).isFalse();
	}

	private static int send(McpHttp client, byte[] message) {
		HttpResponse<String> response = client.post(message);
		String shown = Printable.of(new String(message, StandardCharsets.ISO_8859_1), 300) + " -> "
				+ response.statusCode() + " " + response.body();
		assertThat(response.statusCode()).as(shown).isIn(200, 202, 400, 413);
		if (response.statusCode() == 202) {
			assertThat(response.body()).as(shown).isEmpty();
			return 202;
		}
		JsonNode answer = McpHttp.message(response);
		assertThat(answer.path("jsonrpc").asString()).as(shown).isEqualTo("2.0");
		if (!answer.has("result")) {
			assertThat(answer.at("/error/code").isInt()).as(shown).isTrue();
			assertThat(answer.at("/error/message").asString()).as(shown).isNotBlank();
		}
		assertThat(response.body()).as(shown).doesNotContain("stackTrace", "Exception", "\\tat ");
		return response.statusCode();
	}

	private static long usedHeap() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

}
