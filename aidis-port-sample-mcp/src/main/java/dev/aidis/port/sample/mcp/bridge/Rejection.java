package dev.aidis.port.sample.mcp.bridge;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;

/**
 * An HTTP answer that is no success, and what it means.
 */
final class Rejection {

	private static final int MAX_DETAIL = 500;

	private final Session session;

	private final Ending ending;

	private Rejection(Session session, Ending ending) {
		this.session = session;
		this.ending = ending;
	}

	/**
	 * Return what a rejected message tells.
	 * @param session the session that the message belongs to
	 * @param ending the end of its exchange, which may be no rejection
	 */
	static Rejection of(Session session, Ending ending) {
		return new Rejection(session, ending);
	}

	/**
	 * Tell whether the server has no time for anybody, as when it shuts down.
	 */
	boolean isUnavailable() {
		return this.ending.kind() == Kind.REJECTED && this.ending.status() == 503;
	}

	/**
	 * Tell whether the server does not want to hear this client.
	 */
	boolean isForbidden() {
		return this.ending.kind() == Kind.REJECTED && (this.ending.status() == 401 || this.ending.status() == 403);
	}

	/**
	 * Tell whether the server has forgotten the session. MCP wants it to say 404; many
	 * say 400 and explain it.
	 */
	boolean isExpired() {
		if (this.ending.kind() != Kind.REJECTED || this.session.id() == null) {
			return false;
		}
		return this.ending.status() == 404
				|| (this.ending.status() == 400 && this.ending.body().toLowerCase(Locale.ROOT).contains("session"));
	}

	/**
	 * Tell whether a message did not get through since there is no such server or no such
	 * session any more.
	 */
	boolean isGone() {
		return this.ending.kind() == Kind.REFUSED || this.ending.kind() == Kind.FOREIGN || isUnavailable()
				|| isExpired();
	}

	/**
	 * Say what has become of the session, for people.
	 */
	String whyLost() {
		return isExpired() ? "it does not know the session any more" : this.ending.detail();
	}

	/**
	 * Tell whether it is the answer to a request, as JSON-RPC wants it.
	 * @param id the id under which the request was sent
	 */
	boolean isAnswerTo(RequestId id) {
		Message error = error();
		return error != null && id.equals(error.id());
	}

	/**
	 * The error that the server gives, if it gives one as JSON-RPC wants it.
	 */
	@Nullable Message error() {
		try {
			Message message = Message.parse(Json.bytes(this.ending.body()));
			return (message.isResponse() && message.isError()) ? message : null;
		}
		catch (InvalidMessageException ex) {
			return null;
		}
	}

	/**
	 * Explain it to people.
	 */
	String explain() {
		if (this.ending.kind() != Kind.REJECTED) {
			return this.ending.detail();
		}
		String text = Printable.of(reason().strip(), MAX_DETAIL);
		return "The server at " + this.session.server().endpoint() + " answered HTTP " + this.ending.status()
				+ (text.isEmpty() ? "" : " (" + text + ")") + ". " + advice();
	}

	/**
	 * What the server says. A server of MCP that asks for a token says how to send the
	 * header, which is the bridge's business.
	 */
	private String reason() {
		Message error = error();
		if (error == null) {
			return this.ending.body();
		}
		return (this.ending.status() == 401) ? ""
				: Json.tree(error.text()).path("error").path("message").asString(this.ending.body());
	}

	private String advice() {
		return switch (this.ending.status()) {
			case 401 -> "It wants a token, and has been sent none or a wrong one: set AIDIS_MCP_TOKEN in the"
					+ " environment of the bridge, as with \"env\" in the client's configuration, to the one that the"
					+ " server was started with.";
			case 403, 421 -> "It does not let this client in.";
			case 404, 405 -> "There is no MCP endpoint at this address. See --url, --service and --path.";
			case 413 -> "The message is too long for it.";
			default -> "It did not say what is wrong in the way that MCP does.";
		};
	}

}
