package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;

/**
 * Finds a server by its name in the registry. An instance that proves who it is must do
 * so before it is sent anything; one that does not must at least look like an MCP server.
 * <p>
 * The default port is the last resort, for a server that is in no registry or in that of
 * another checkout. It is not tried once the server was found in the registry: while that
 * restarts, what happens to have the default port is not taken for it.
 */
final class ServerLocator implements Locator {

	/**
	 * How long a server has to register before its default port is tried.
	 */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final int MAX_LISTED = 20;

	private final String service;

	private final String path;

	private final int defaultPort;

	private final Supplier<PortRegistry> registry;

	private final HttpTransport http;

	private final long start = System.nanoTime();

	private final Duration grace;

	private volatile boolean registered;

	/**
	 * Create a new locator.
	 * @param service the name of the server
	 * @param path the path at which it takes messages
	 * @param defaultPort its default port, 0 for none
	 * @param registry the registry, which is opened by the first look
	 * @param http asks those who don't prove who they are
	 */
	ServerLocator(String service, String path, int defaultPort, Supplier<PortRegistry> registry, HttpTransport http) {
		this(service, path, defaultPort, registry, http, GRACE);
	}

	ServerLocator(String service, String path, int defaultPort, Supplier<PortRegistry> registry, HttpTransport http,
			Duration grace) {
		this.service = service;
		this.path = path;
		this.defaultPort = defaultPort;
		this.registry = registry;
		this.http = http;
		this.grace = grace;
	}

	@Override
	public Located locate() {
		String problem;
		try {
			PortRegistry known = this.registry.get();
			List<PortRegistration> live = known.registrations(this.service);
			this.registered |= !live.isEmpty();
			problem = "'" + this.service + "' is not registered in " + known.location();
			for (PortRegistration candidate : live.stream()
				.sorted(Comparator.comparing((registration) -> registration.status() == Status.STARTING))
				.toList()) {
				Server server = new Server(endpoint(candidate.uri()), candidate, "registered in " + known.location());
				if (answers(server, candidate)) {
					return Located.at(server);
				}
				problem = "'" + this.service + "' is registered at " + describe(candidate) + ", but "
						+ obstacle(candidate);
			}
		}
		catch (PortRegistryException ex) {
			problem = String.valueOf(ex.getMessage());
		}
		return this.registered ? Located.nowhere(problem) : atDefaultPort(problem);
	}

	/**
	 * Whatever the registry says, nobody but this machine is asked.
	 */
	private boolean answers(Server server, PortRegistration registration) {
		if (!isThisMachine(registration.uri())) {
			return false;
		}
		return registration.provesIdentity() ? this.http.isInstance(registration, TIMEOUT)
				: isOpen(registration.uri()) && this.http.speaksMcp(server.endpoint(), TIMEOUT);
	}

	/**
	 * Tell people why a server is not taken.
	 */
	private String obstacle(PortRegistration registration) {
		if (!isThisMachine(registration.uri())) {
			return "that is not this machine";
		}
		if (!isOpen(registration.uri())) {
			return "nothing listens there";
		}
		if (!this.http.answers(registration, TIMEOUT)) {
			return "it does not answer: its process may be stopped, or too busy";
		}
		return registration.provesIdentity() ? "what answers there is not that instance"
				: "what answers there is no MCP server";
	}

	private static boolean isThisMachine(URI uri) {
		try {
			InetAddress address = InetAddress.getByName(uri.getHost());
			return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Located atDefaultPort(String problem) {
		if (this.defaultPort == 0 || System.nanoTime() - this.start < this.grace.toNanos()) {
			return Located.nowhere(problem);
		}
		URI endpoint = endpoint(URI.create("http://localhost:" + this.defaultPort));
		if (!isOpen(endpoint)) {
			return Located.nowhere(problem + ", and nothing listens on its default port " + this.defaultPort);
		}
		if (!this.http.speaksMcp(endpoint, TIMEOUT)) {
			return Located.nowhere(problem + ", and what listens on its default port " + this.defaultPort
					+ (this.http.answers(endpoint, TIMEOUT) ? " is no MCP server" : " does not answer"));
		}
		return Located.at(new Server(endpoint, null, "not registered, so taken to be at its default port"));
	}

	private URI endpoint(URI base) {
		return URI.create(base + this.path);
	}

	@Override
	public boolean isThere(Server server) {
		PortRegistration registration = server.registration();
		if (registration == null) {
			return isOpen(server.endpoint());
		}
		if (registration.provesIdentity()) {
			// One that leaves has no entry any more, and may answer all the same.
			return this.http.isInstance(registration, TIMEOUT);
		}
		return isRegistered(registration) && isOpen(registration.uri());
	}

	@Override
	public boolean isAwake(Server server) {
		return (server.instanceId() != null) ? isThere(server) : this.http.answers(server.endpoint(), TIMEOUT);
	}

	private boolean isRegistered(PortRegistration registration) {
		try {
			return this.registry.get()
				.registrations(this.service)
				.stream()
				.anyMatch((other) -> other.instanceId().equals(registration.instanceId()));
		}
		catch (PortRegistryException ex) {
			return true;
		}
	}

	static boolean isOpen(URI endpoint) {
		try (Socket socket = new Socket()) {
			int port = (endpoint.getPort() >= 0) ? endpoint.getPort() : endpoint.getScheme().equals("https") ? 443 : 80;
			socket.connect(new InetSocketAddress(InetAddress.getByName(endpoint.getHost()), port),
					(int) TIMEOUT.toMillis());
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public String surroundings() {
		try {
			List<PortRegistration> others = this.registry.get().registrations();
			if (others.isEmpty()) {
				return "Nothing is registered there.";
			}
			return "Registered there: "
					+ others.stream()
						.limit(MAX_LISTED)
						.map((other) -> Printable.of(other.serviceName()) + " at " + describe(other))
						.collect(Collectors.joining("; "))
					+ ((others.size() > MAX_LISTED) ? "; and " + (others.size() - MAX_LISTED) + " more" : "") + ".";
		}
		catch (PortRegistryException ex) {
			return "";
		}
	}

	private static String describe(PortRegistration registration) {
		return registration.uri() + " (process " + registration.pid() + ")";
	}

	/**
	 * A server whose address somebody has told. It is believed to be there until it has
	 * been silent; from then on it must answer first.
	 */
	static final class Fixed implements Locator {

		private final Server server;

		private final HttpTransport http;

		private final Duration timeout;

		private volatile boolean silent;

		/**
		 * Create a new instance.
		 * @param endpoint where the server is
		 * @param toldBy who says so, for people
		 * @param http asks it whether it is there
		 */
		Fixed(URI endpoint, String toldBy, HttpTransport http) {
			this(endpoint, toldBy, http, TIMEOUT);
		}

		Fixed(URI endpoint, String toldBy, HttpTransport http, Duration timeout) {
			this.server = new Server(endpoint, null, toldBy);
			this.http = http;
			this.timeout = timeout;
		}

		@Override
		public Located locate() {
			return (!this.silent || isAwake(this.server)) ? Located.at(this.server)
					: Located.nowhere("the server at " + this.server.endpoint() + " does not answer");
		}

		@Override
		public boolean isThere(Server server) {
			return isOpen(server.endpoint());
		}

		@Override
		public boolean isAwake(Server server) {
			boolean answers = this.http.answers(server.endpoint(), this.timeout);
			this.silent = !answers;
			return answers;
		}

		@Override
		public String surroundings() {
			return "";
		}

	}

}
