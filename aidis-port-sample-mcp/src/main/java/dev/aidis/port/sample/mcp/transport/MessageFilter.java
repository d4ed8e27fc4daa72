package dev.aidis.port.sample.mcp.transport;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpError;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.EntityResponse;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import dev.aidis.port.Printable;

/**
 * Lets only well-formed requests of known sessions reach the MCP SDK, and answers the
 * rest with errors of JSON-RPC that say what to do. The transport would answer with a
 * Java exception written as JSON, stack trace included.
 */
final class MessageFilter implements HandlerFilterFunction<ServerResponse, ServerResponse> {

	private static final Log logger = LogFactory.getLog(MessageFilter.class);

	private static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

	private final McpSessions sessions;

	private final Supplier<RouterFunction<ServerResponse>> router;

	/**
	 * Create a new filter.
	 * @param sessions the sessions
	 * @param router what is filtered, to end surplus sessions through
	 */
	MessageFilter(McpSessions sessions, Supplier<RouterFunction<ServerResponse>> router) {
		this.sessions = sessions;
		this.router = router;
	}

	@Override
	public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
		try {
			checkProtocolVersion(request);
			if (request.method().equals(HttpMethod.POST)) {
				return post(request, next);
			}
			checkSession(request);
			if (request.method().equals(HttpMethod.GET)) {
				checkAccepts(request, List.of(MediaType.TEXT_EVENT_STREAM));
				return new OpenedResponse(next.handle(listening(request)));
			}
			return readable(next.handle(request));
		}
		catch (RefusedMessageException ex) {
			return answer(ex.status(), ex.error());
		}
	}

	/**
	 * Answer to a method that MCP has no use for.
	 */
	static ServerResponse refuseMethod(ServerRequest request) {
		return EntityResponse
			.fromObject(JsonRpcError.refused("MCP does not use " + Printable.of(request.method().name())
					+ ": a message is sent with POST, GET opens a stream of notifications, DELETE ends the session."))
			.status(HttpStatus.METHOD_NOT_ALLOWED)
			.allow(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE)
			.contentType(MediaType.APPLICATION_JSON)
			.build();
	}

	private ServerResponse post(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
		List<MediaType> answers = List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM);
		checkAccepts(request, answers);
		checkContentType(request);
		ClientMessage message = ClientMessage.read(request.body(byte[].class));
		if (!message.isInitialize()) {
			checkSession(request);
		}
		ServerResponse response = readable(next.handle(ServerRequest.from(accepting(request, answers))
			.headers((headers) -> headers.setContentType(MediaType.APPLICATION_JSON))
			.body(message.text())
			.build()));
		if (message.isInitialize()) {
			endSurplus(request);
		}
		return response;
	}

	private void checkProtocolVersion(ServerRequest request) throws RefusedMessageException {
		String version = request.headers().firstHeader(PROTOCOL_VERSION);
		if (version != null && !this.sessions.protocolVersions().contains(version)) {
			throw new RefusedMessageException(HttpStatus.BAD_REQUEST, JsonRpcError.SERVER_ERROR,
					"Revision '" + Printable.of(version)
							+ "' of the protocol is not known here. Send initialize without " + PROTOCOL_VERSION
							+ "; this server knows " + String.join(", ", this.sessions.protocolVersions()) + ".");
		}
	}

	private void checkAccepts(ServerRequest request, List<MediaType> answers) throws RefusedMessageException {
		List<MediaType> accepted = request.headers().accept();
		for (MediaType answer : answers) {
			if (accepted.stream().noneMatch((type) -> type.includes(answer))) {
				throw new RefusedMessageException(HttpStatus.NOT_ACCEPTABLE, JsonRpcError.SERVER_ERROR,
						"The answer may be " + answer + ", so the header Accept must allow it.");
			}
		}
	}

	private static void checkContentType(ServerRequest request) throws RefusedMessageException {
		Optional<MediaType> type = request.headers().contentType();
		if (type.isEmpty() || !MediaType.APPLICATION_JSON.includes(type.get())) {
			throw new RefusedMessageException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, JsonRpcError.SERVER_ERROR,
					"A message is sent with Content-Type: application/json.");
		}
	}

	private void checkSession(ServerRequest request) throws RefusedMessageException {
		String id = request.headers().firstHeader(HttpHeaders.MCP_SESSION_ID);
		if (id == null) {
			throw new RefusedMessageException(HttpStatus.BAD_REQUEST, JsonRpcError.SERVER_ERROR,
					"The header " + HttpHeaders.MCP_SESSION_ID
							+ " is missing. Send initialize first, and then with each request the id that it answers.");
		}
		if (!this.sessions.contains(id)) {
			throw new RefusedMessageException(HttpStatus.NOT_FOUND, JsonRpcError.SESSION_NOT_FOUND,
					"There is no session '" + Printable.of(id)
							+ "': it has ended, or this server was started again. Send initialize to start a new one.");
		}
	}

	/**
	 * The transport compares media types by their text.
	 */
	private static ServerRequest accepting(ServerRequest request, List<MediaType> types) {
		return ServerRequest.from(request).headers((headers) -> headers.setAccept(types)).build();
	}

	/**
	 * The transport would give a client that wants to resume a stream one that is silent
	 * for ever, since there are no events to send again. It gets a new one.
	 */
	private static ServerRequest listening(ServerRequest request) {
		return ServerRequest.from(accepting(request, List.of(MediaType.TEXT_EVENT_STREAM)))
			.headers((headers) -> headers.remove(HttpHeaders.LAST_EVENT_ID))
			.build();
	}

	private void endSurplus(ServerRequest request) throws Exception {
		Optional<String> surplus = this.sessions.surplus();
		if (surplus.isPresent()) {
			ServerRequest delete = ServerRequest.from(request)
				.method(HttpMethod.DELETE)
				.headers((headers) -> headers.set(HttpHeaders.MCP_SESSION_ID, surplus.get()))
				.build();
			Optional<HandlerFunction<ServerResponse>> handler = this.router.get().route(delete);
			if (handler.isPresent()) {
				handler.get().handle(delete);
			}
		}
	}

	private static ServerResponse readable(ServerResponse response) {
		if (response instanceof EntityResponse<?> entity && response.statusCode().isError()) {
			if (entity.entity() instanceof McpError error && response.statusCode().is4xxClientError()) {
				return answer(response.statusCode(),
						JsonRpcError.of(null, error.getJsonRpcError().code(), error.getJsonRpcError().message()));
			}
			logger.error("Request failed: " + Printable.of(String.valueOf(entity.entity()), 1000));
			return answer(response.statusCode(), JsonRpcError.refused(
					(entity.entity() instanceof String text) ? text + "." : "The server failed; its log tells why."));
		}
		return response;
	}

	private static ServerResponse answer(HttpStatusCode status, JsonRpcError error) {
		return EntityResponse.fromObject(error).status(status).contentType(MediaType.APPLICATION_JSON).build();
	}

	/**
	 * A stream that tells at once that it is open, rather than with its first event,
	 * which may be hours away.
	 *
	 * @param stream the stream
	 */
	private record OpenedResponse(ServerResponse stream) implements ServerResponse {

		@Override
		public HttpStatusCode statusCode() {
			return this.stream.statusCode();
		}

		@Override
		public org.springframework.http.HttpHeaders headers() {
			return this.stream.headers();
		}

		@Override
		public MultiValueMap<String, Cookie> cookies() {
			return this.stream.cookies();
		}

		@Override
		public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
				throws ServletException, IOException {
			ModelAndView view = this.stream.writeTo(request, response, context);
			response.flushBuffer();
			return view;
		}

	}

}
