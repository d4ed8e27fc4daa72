package dev.aidis.port.sample.mcp.transport;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerSession.McpStreamableServerSessionInit;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

/**
 * Spring AI's transport with {@linkplain CancellableSession other sessions}, and an
 * account of them: a client that goes without a word leaves its session behind, and
 * nothing in the transport would ever remove it.
 */
final class McpSessions implements McpStreamableServerTransportProvider {

	private static final Log logger = LogFactory.getLog(McpSessions.class);

	private final McpStreamableServerTransportProvider transport;

	private final int most;

	private final Supplier<SessionObserver> observer;

	private final Set<CancellableSession> listening = new HashSet<>();

	private final Map<String, CancellableSession> sessions = new ConcurrentHashMap<>();

	/**
	 * Create a new instance.
	 * @param transport the transport
	 * @param most how many sessions there should be at most
	 * @param observer is told what clients do
	 */
	McpSessions(McpStreamableServerTransportProvider transport, int most, Supplier<SessionObserver> observer) {
		this.transport = transport;
		this.most = most;
		this.observer = observer;
	}

	boolean contains(String id) {
		return this.sessions.containsKey(id);
	}

	int size() {
		return this.sessions.size();
	}

	/**
	 * Return the session to end while there are too many: the one that has not been used
	 * for the longest time and in which nobody waits for anything.
	 */
	Optional<String> surplus() {
		if (this.sessions.size() <= this.most) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		return this.sessions.values()
			.stream()
			.filter((session) -> !session.isBusy())
			.max(Comparator.comparingLong((session) -> now - session.lastUsed()))
			.map(CancellableSession::getId);
	}

	@Override
	public void setSessionFactory(McpStreamableServerSession.Factory factory) {
		this.transport.setSessionFactory((request) -> start(factory, request));
	}

	private McpStreamableServerSessionInit start(McpStreamableServerSession.Factory factory,
			McpSchema.InitializeRequest request) {
		McpStreamableServerSessionInit init = factory.startSession(request);
		CancellableSession session = new CancellableSession(init.session(), request, this);
		this.sessions.put(session.getId(), session);
		listAhead();
		return new McpStreamableServerSessionInit(session, init.initResult());
	}

	/**
	 * So that the list does not change, and say so, only because a client listens. What
	 * goes wrong is told to those who ask for the list.
	 */
	private void listAhead() {
		try {
			listing();
		}
		catch (RuntimeException ex) {
			logger.debug("Could not list the resources ahead", ex);
		}
	}

	void closed(CancellableSession session) {
		this.sessions.remove(session.getId());
	}

	void listing() {
		this.observer.get().listing();
	}

	/**
	 * One at a time, so that who is told of the first and the last is told in order.
	 */
	void listens(CancellableSession session, boolean listens) {
		synchronized (this.listening) {
			boolean before = !this.listening.isEmpty();
			if (listens) {
				this.listening.add(session);
			}
			else {
				this.listening.remove(session);
			}
			boolean now = !this.listening.isEmpty();
			if (now && !before) {
				this.observer.get().listened();
			}
			else if (before && !now) {
				this.observer.get().unlistened();
			}
		}
	}

	@Override
	public List<String> protocolVersions() {
		return this.transport.protocolVersions();
	}

	@Override
	public Mono<Void> notifyClients(String method, Object params) {
		return this.transport.notifyClients(method, params);
	}

	@Override
	public Mono<Void> notifyClient(String sessionId, String method, Object params) {
		return this.transport.notifyClient(sessionId, method, params);
	}

	@Override
	public Mono<Void> closeGracefully() {
		return this.transport.closeGracefully();
	}

	@Override
	public void close() {
		this.transport.close();
	}

}
