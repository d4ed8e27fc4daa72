package dev.aidis.port.sample.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that sends what it is told to, right or wrong.
 */
public final class McpHttp {

	private static final HttpClient http = HttpClient.newHttpClient();

	private final URI endpoint;

	private final String session;

	private McpHttp(URI endpoint, String session) {
		this.endpoint = endpoint;
		this.session = session;
	}

	/**
	 * Return a client that has no session.
	 * @param port the port of the server
	 */
	public static McpHttp at(int port) {
		return new McpHttp(URI.create("http://localhost:" + port + "/mcp"), "");
	}

	/**
	 * Start a session.
	 * @return a client that has it
	 */
	public McpHttp initialize() {
		HttpResponse<String> response = post(request(0, "initialize",
				"{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}"));
		return inSession(response.headers().firstValue("Mcp-Session-Id").orElseThrow());
	}

	public McpHttp inSession(String id) {
		return new McpHttp(this.endpoint, id);
	}

	public String session() {
		return this.session;
	}

	public static String request(Object id, String method, String params) {
		return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
	}

	public static String notification(String method, String params) {
		return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
	}

	public HttpResponse<String> post(String message) {
		return post(message.getBytes(StandardCharsets.UTF_8));
	}

	public HttpResponse<String> post(byte[] message) {
		return send(BodyPublishers.ofByteArray(message), (request) -> {
		});
	}

	public HttpResponse<String> send(BodyPublisher body, Consumer<HttpRequest.Builder> change) {
		return sendAsync(body, change).join();
	}

	public CompletableFuture<HttpResponse<String>> postAsync(String message) {
		return sendAsync(BodyPublishers.ofString(message), (request) -> {
		});
	}

	private CompletableFuture<HttpResponse<String>> sendAsync(BodyPublisher body,
			Consumer<HttpRequest.Builder> change) {
		HttpRequest.Builder request = builder().setHeader("Content-Type", "application/json")
			.setHeader("Accept", "application/json, text/event-stream")
			.POST(body);
		change.accept(request);
		return http.sendAsync(request.build(), BodyHandlers.ofString());
	}

	public HttpRequest.Builder builder() {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.endpoint).timeout(McpTestClient.TIMEOUT);
		return this.session.isEmpty() ? request : request.header("Mcp-Session-Id", this.session);
	}

	/**
	 * Open a stream of notifications.
	 * @param change what to change about the request
	 * @return the stream, which is open
	 */
	public HttpResponse<InputStream> listen(Consumer<HttpRequest.Builder> change) {
		HttpRequest.Builder request = builder().header("Accept", "text/event-stream");
		change.accept(request);
		return http.sendAsync(request.build(), BodyHandlers.ofInputStream()).join();
	}

	public static HttpResponse<String> send(HttpRequest request) {
		try {
			return http.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Read the one message of an answer, which may be JSON or a stream of events.
	 * @param response the answer
	 */
	public static JsonNode message(HttpResponse<String> response) {
		String body = response.body();
		if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
			body = body.lines()
				.filter((line) -> line.startsWith("data:"))
				.reduce((first, last) -> last)
				.orElseThrow()
				.substring("data:".length());
		}
		return JsonMapper.shared().readTree(body);
	}

}
