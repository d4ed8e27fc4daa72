package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import dev.aidis.port.sample.mcp.bridge.ServerRequests.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerRequests}.
 */
class ServerRequestsTests {

	private static final String QUESTION = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"roots/list\"}";

	private final ServerRequests requests = new ServerRequests();

	private final Session first = session();

	private final Session second = session();

	private static Session session() {
		return new Session(new Server(URI.create("http://localhost:1/mcp"), null, ""), new HttpTransport(null));
	}

	@Test
	void anAnswerGoesToWhoHasAsked() throws Exception {
		assertThat(text(this.requests.ask(this.first, message(QUESTION)))).isEqualTo(QUESTION);
		Reply reply = this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}"));
		assertThat(reply).isNotNull();
		assertThat(reply.session()).isSameAs(this.first);
		assertThat(text(reply.text())).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}");
	}

	@Test
	void anAnswerGoesNowhereTwice() throws Exception {
		this.requests.ask(this.first, message(QUESTION));
		this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}"));
		assertThat(this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}"))).isNull();
	}

	@Test
	void anAnswerToNobodysQuestionGoesNowhere() throws Exception {
		assertThat(this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}"))).isNull();
		assertThat(this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{}}"))).isNull();
	}

	@Test
	void anAnswerToAServerThatIsGoneDoesNotReachTheNextOne() throws Exception {
		this.requests.ask(this.first, message(QUESTION));
		assertThat(this.requests.abandon(this.first)).containsExactly(new RequestId(false, "0"));
		String renamed = text(this.requests.ask(this.second, message(QUESTION)));
		assertThat(renamed).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"aidis-mcp-bridge-1\",\"method\":\"roots/list\"}");
		assertThat(this.requests.answer(message("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"old\":true}}"))).isNull();
		Reply reply = this.requests
			.answer(message("{\"jsonrpc\":\"2.0\",\"id\":\"aidis-mcp-bridge-1\",\"result\":{\"old\":false}}"));
		assertThat(reply).isNotNull();
		assertThat(reply.session()).isSameAs(this.second);
		assertThat(text(reply.text())).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"old\":false}}");
		assertThat(this.requests.abandon(this.second)).isEmpty();
	}

	@Test
	void aServerCancelsWhatItHasAskedUnderTheNameTheClientKnows() throws Exception {
		this.requests.ask(this.first, message(QUESTION));
		this.requests.abandon(this.first);
		this.requests.ask(this.second, message(QUESTION));
		Message cancellation = message(
				"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":0}}");
		assertThat(text(this.requests.cancel(this.second, cancellation)))
			.contains("\"requestId\":\"aidis-mcp-bridge-1\"");
	}

	private static Message message(String text) throws InvalidMessageException {
		return Message.parse(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
