package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortAssignmentProperties;

/**
 * What the bridge is told by its command line and its environment.
 *
 * @param url where the server is, if somebody has said so
 * @param urlSetting who has
 * @param service the name of the server in the registry
 * @param path the path at which it takes messages
 * @param defaultPort the port at which it may be without being registered, 0 for none
 * @param token what the server wants to see, if it wants anything
 * @param patience how long a message waits for a server
 * @param stdioOnly whether to have no status port
 * @param help whether to tell how the bridge is used, and nothing else
 */
record BridgeOptions(@Nullable URI url, String urlSetting, String service, String path, int defaultPort,
		@Nullable String token, Duration patience, boolean stdioOnly, boolean help) {

	static final String USAGE = """
			Usage: aidis-mcp-bridge [options]

			Speaks MCP over standard input and output, and passes every message on to an MCP server that speaks
			Streamable HTTP. Finds the server by its name in the port registry, and again after it has moved.

			  --url URL        talk to this server; without a path, /mcp is meant (AIDIS_MCP_URL)
			  --service NAME   name of the server in the registry (aidis-mcp)
			  --path PATH      path at which a server from the registry takes messages (/mcp)
			  --wait SECONDS   how long a request waits for a server before it is answered with an error
			                   (AIDIS_MCP_BRIDGE_WAIT, 30)
			  --stdio-only     open no port for health and status, and register nothing
			  --help           show this

			  AIDIS_MCP_TOKEN        token to send as 'Authorization: Bearer ...'
			  AIDIS_MCP_BRIDGE_PORT  port for health and status: 0 dynamic, N fixed, A-B one of them (8081, else dynamic)
			  AIDIS_PORT_REGISTRY    the registry file; AIDIS_RUN_DIR: its folder (run/ of the checkout)

			Variables may also stand in a .env file of the checkout. What it does it says on standard error.
			Exit codes: 0 the client has gone; 2 wrong usage.
			""";

	private static final String DEFAULT_SERVICE = "aidis-mcp";

	private static final String DEFAULT_PATH = "/mcp";

	private static final int DEFAULT_WAIT_SECONDS = 30;

	/**
	 * Read the command line and the environment.
	 * @throws IllegalArgumentException if that makes no sense; the message says why
	 */
	static BridgeOptions of(List<String> arguments, ConfigurableEnvironment environment) {
		String url = environment.getProperty("AIDIS_MCP_URL");
		String urlSetting = "AIDIS_MCP_URL";
		String wait = environment.getProperty("AIDIS_MCP_BRIDGE_WAIT");
		String service = DEFAULT_SERVICE;
		String path = DEFAULT_PATH;
		boolean stdioOnly = false;
		boolean help = false;
		Deque<String> left = new ArrayDeque<>(arguments);
		while (!left.isEmpty()) {
			String argument = left.removeFirst();
			String name = argument.replaceFirst("=.*", "");
			if (argument.contains("=")) {
				left.addFirst(argument.substring(name.length() + 1));
			}
			switch (name) {
				case "--url" -> {
					url = value(name, left);
					urlSetting = name;
				}
				case "--service" -> service = value(name, left);
				case "--path" -> path = value(name, left);
				case "--wait" -> wait = value(name, left);
				case "--stdio-only" -> stdioOnly = true;
				case "--help", "-h" -> help = true;
				default -> throw new IllegalArgumentException("there is no option '" + Printable.of(argument) + "'");
			}
		}
		if (!path.matches("/[!-~]*")) {
			throw new IllegalArgumentException("'" + Printable.of(path) + "' is no path; one begins with '/'");
		}
		return new BridgeOptions(endpoint(url, urlSetting), urlSetting, service, path,
				defaultPort(service, environment), token(environment.getProperty("AIDIS_MCP_TOKEN")), seconds(wait),
				stdioOnly, help);
	}

	private static String value(String name, Deque<String> left) {
		if (left.isEmpty()) {
			throw new IllegalArgumentException(name + " needs a value");
		}
		return left.removeFirst();
	}

	private static @Nullable String text(@Nullable String value) {
		return (value == null || value.isBlank()) ? null : value.strip();
	}

	private static @Nullable String token(@Nullable String value) {
		String token = text(value);
		if (token != null && !token.matches("[!-~]+")) {
			throw new IllegalArgumentException(
					"AIDIS_MCP_TOKEN is no token: it has characters that no HTTP header may have");
		}
		return token;
	}

	private static @Nullable URI endpoint(@Nullable String value, String setting) {
		String url = text(value);
		if (url == null) {
			return null;
		}
		URI uri = url(url);
		if (uri == null) {
			throw new IllegalArgumentException(
					setting + " is '" + Printable.of(url) + "', which is no URL such as http://localhost:8080/mcp");
		}
		return (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/")) ? uri.resolve(DEFAULT_PATH) : uri;
	}

	private static @Nullable URI url(String text) {
		try {
			URI uri = URI.create(text);
			boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
			return (http && uri.getHost() != null) ? uri : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static int defaultPort(String service, ConfigurableEnvironment environment) {
		Integer configured = environment.getProperty("aidis.port.services." + service + ".default-port", Integer.class);
		return (configured != null) ? configured : new PortAssignmentProperties().defaultPort(service).orElse(0);
	}

	private static Duration seconds(@Nullable String value) {
		String seconds = text(value);
		if (seconds == null) {
			return Duration.ofSeconds(DEFAULT_WAIT_SECONDS);
		}
		if (!seconds.matches("[0-9]{1,6}")) {
			throw new IllegalArgumentException("the time to wait is '" + Printable.of(seconds)
					+ "', which is no number of seconds (--wait, AIDIS_MCP_BRIDGE_WAIT)");
		}
		return Duration.ofSeconds(Long.parseLong(seconds));
	}

}
