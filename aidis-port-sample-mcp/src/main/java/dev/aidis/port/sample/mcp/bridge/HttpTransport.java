package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Exchange.Receiver;

/**
 * The client's side of MCP's Streamable HTTP transport. Knows nothing of what messages
 * say. Follows no redirects.
 */
final class HttpTransport {

	static final String SESSION_ID = "Mcp-Session-Id";

	static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

	static final String LAST_EVENT_ID = "Last-Event-ID";

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	/**
	 * Shorter than servers keep connections, so that they don't close one at the moment
	 * that it is used.
	 */
	private static final String KEEP_ALIVE_SECONDS = "3";

	/**
	 * How a server of MCP says that it does not want to open a stream, or not for us.
	 */
	private static final Set<Integer> KNOWN_TO_MCP = Set.of(400, 401, 403, 405, 406);

	private static final int MAX_DETAIL = 300;

	static {
		// Read by the client when its classes are loaded.
		System.setProperty("jdk.httpclient.keepalive.timeout", KEEP_ALIVE_SECONDS);
	}

	private final @Nullable String token;

	private final SingletonSupplier<HttpClient> plain = SingletonSupplier
		.of(() -> newClient().sslContext(new NoTls()).build());

	private final SingletonSupplier<HttpClient> tls = SingletonSupplier.of(() -> newClient().build());

	/**
	 * Create a new transport.
	 * @param token what proves to the server that this client may call it, if it wants
	 * that
	 */
	HttpTransport(@Nullable String token) {
		this.token = token;
	}

	/**
	 * Do now what takes time and would be done by the first message otherwise.
	 */
	void prepare() {
		this.plain.obtain();
	}

	private HttpClient client(URI uri) {
		return ("https".equals(uri.getScheme()) ? this.tls : this.plain).obtain();
	}

	private static HttpClient.Builder newClient() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(CONNECT_TIMEOUT);
	}

	/**
	 * Send a message.
	 * @param server where to
	 * @param message the text of the message
	 * @param headers further headers
	 * @param receiver learns what comes
	 */
	Exchange post(Server server, byte[] message, Map<String, String> headers, Receiver receiver) {
		return send(server,
				request(server, headers).header("Content-Type", "application/json")
					.header("Accept", "application/json, text/event-stream")
					.POST(BodyPublishers.ofByteArray(message))
					.build(),
				receiver);
	}

	/**
	 * Open a stream for what the server wants to say by itself.
	 */
	Exchange listen(Server server, Map<String, String> headers, Receiver receiver) {
		return send(server, request(server, headers).header("Accept", "text/event-stream").GET().build(), receiver);
	}

	/**
	 * End a session.
	 */
	Exchange delete(Server server, Map<String, String> headers, Receiver receiver) {
		return send(server, request(server, headers).DELETE().build(), receiver);
	}

	private HttpRequest.Builder request(Server server, Map<String, String> headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(server.endpoint());
		headers.forEach(request::header);
		if (this.token != null) {
			request.header("Authorization", "Bearer " + this.token);
		}
		if (server.instanceId() != null) {
			request.header(PortRegistration.PROBE_HEADER, "1");
		}
		return request;
	}

	private Exchange send(Server server, HttpRequest request, Receiver receiver) {
		HttpExchange sent = new HttpExchange(server, receiver);
		try {
			sent.start(client(server.endpoint()).sendAsync(request, sent::answer));
		}
		catch (IllegalArgumentException ex) {
			sent.end(Ending.refused(Printable.of(String.valueOf(ex.getMessage()), MAX_DETAIL)));
		}
		return sent;
	}

	/**
	 * Tell whether an instance is where it says, be it healthy or not.
	 * @param registration the instance, which proves who it is
	 * @param timeout how long it may take to say so
	 */
	boolean isInstance(PortRegistration registration, Duration timeout) {
		return ask(probed(registration), PortRegistration.PROBE_HEADER, "1", timeout,
				(info) -> info.headers()
					.allValues(PortRegistration.INSTANCE_ID_HEADER)
					.contains(registration.instanceId()));
	}

	/**
	 * Tell whether anything answers where an instance says that it is, whoever it is.
	 * @param registration the instance
	 * @param timeout how long it may take to answer
	 */
	boolean answers(PortRegistration registration, Duration timeout) {
		return ask(probed(registration), PortRegistration.PROBE_HEADER, "1", timeout, (info) -> true);
	}

	private static URI probed(PortRegistration registration) {
		URI health = registration.healthUri();
		return (health != null) ? health : registration.uri().resolve("/");
	}

	/**
	 * Tell whether something takes MCP's messages at an address, as far as can be told
	 * without sending it one: it must know a GET request for events, be it to refuse it.
	 * @param endpoint the address
	 * @param timeout how long it may take to answer
	 */
	boolean speaksMcp(URI endpoint, Duration timeout) {
		return ask(endpoint, "Accept", "text/event-stream", timeout, (info) -> (info.statusCode() == 200)
				? AnswerBody.contentType(info).equals("text/event-stream") : KNOWN_TO_MCP.contains(info.statusCode()));
	}

	/**
	 * Tell whether anything answers at an address, whatever it says.
	 * @param endpoint the address
	 * @param timeout how long it may take to answer
	 */
	boolean answers(URI endpoint, Duration timeout) {
		return ask(endpoint, "Accept", "text/event-stream", timeout, (info) -> true);
	}

	private boolean ask(URI uri, String header, String value, Duration timeout, Predicate<ResponseInfo> question) {
		CompletableFuture<Boolean> answer = new CompletableFuture<>();
		CompletableFuture<?> sent = client(uri)
			.sendAsync(HttpRequest.newBuilder(uri).timeout(timeout).header(header, value).GET().build(), (info) -> {
				answer.complete(question.test(info));
				return BodySubscribers.discarding();
			});
		Futures.forget(sent.whenComplete((response, failure) -> answer.complete(false)));
		try {
			return answer.join();
		}
		finally {
			sent.cancel(true);
		}
	}

}
