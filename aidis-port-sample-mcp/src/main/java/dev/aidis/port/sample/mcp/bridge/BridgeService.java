package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortRecheck;
import dev.aidis.port.assignment.PortReservation;
import dev.aidis.port.assignment.StandaloneEnvironment;

/**
 * The bridge as a service like any other: it has a port, found as all services find
 * theirs, and an entry in the registry. Every agent has a bridge of its own, so a port
 * that is taken is the normal case and no reason to give up.
 */
final class BridgeService implements AutoCloseable {

	static final String NAME = "aidis-mcp-bridge";

	private final ConfigurableEnvironment environment;

	private final Supplier<PortRegistry> registry;

	private final String server;

	private final Supplier<String> status;

	private final Consumer<String> log;

	private @Nullable StatusServer statusServer;

	private @Nullable PortRegistration registration;

	private boolean closed;

	/**
	 * Create a new service, which is not open yet.
	 * @param environment tells the port
	 * @param registry where to register, opened when that is done
	 * @param server the name of the server that the bridge needs
	 * @param status the status, as JSON
	 * @param log takes what people should know
	 */
	BridgeService(ConfigurableEnvironment environment, Supplier<PortRegistry> registry, String server,
			Supplier<String> status, Consumer<String> log) {
		this.environment = environment;
		this.registry = registry;
		this.server = server;
		this.status = status;
		this.log = log;
	}

	/**
	 * Open the port and register it. Whatever goes wrong, the bridge goes on without.
	 */
	synchronized void open() {
		if (this.closed) {
			return;
		}
		try {
			PortAssignment assignment = assign();
			int requested = (assignment != null && assignment.requestedPort() != null) ? assignment.requestedPort() : 0;
			StatusServer opened = open(requested);
			this.statusServer = opened;
			PortReservation.of(this.environment).bound(opened.port());
			PortRegistration described = describe(opened.port(), requested, assignment);
			this.registration = described;
			opened.identify(described.instanceId());
			this.registry.get().register(described);
			this.log.accept("Health and status are at " + described.uri() + ", registered in "
					+ this.registry.get().location());
		}
		catch (IOException | RuntimeException ex) {
			this.log.accept("Health and status are not to be seen: " + ex.getMessage());
		}
	}

	private @Nullable PortAssignment assign() {
		try {
			return StandaloneEnvironment.assignPort(this.environment);
		}
		catch (RuntimeException ex) {
			this.log.accept("The port for health and status is a dynamic one: " + ex.getMessage());
			return null;
		}
	}

	private StatusServer open(int port) throws IOException {
		int wanted = new PortRecheck(this.environment).portToOpen(port, StatusServer.address());
		try {
			return StatusServer.open(wanted, this.status);
		}
		catch (BindException ex) {
			this.log.accept("Port " + wanted + " is in use, so the port for health and status is a dynamic one");
			return StatusServer.open(0, this.status);
		}
	}

	private PortRegistration describe(int port, int requested, @Nullable PortAssignment assignment) {
		PortRegistration.Builder builder = PortRegistration.builder(NAME, port)
			.host("127.0.0.1")
			.healthEndpoint("/healthz")
			.status(Status.UP)
			.dependsOn(List.of(this.server))
			.metadata(PortRegistration.REQUESTED_PORT, String.valueOf(requested))
			.metadata(PortRegistration.IDENTITY, PortRegistration.IDENTITY_HEADER);
		if (assignment != null) {
			builder.metadata(PortRegistration.ASSIGNED_BY, assignment.assignedBy());
			assignment.pool()
				.filter((pool) -> pool.contains(port))
				.ifPresent((pool) -> builder.metadata(PortRegistration.RANGE, pool.toString()));
		}
		return builder.build();
	}

	/**
	 * Close the port and remove the entry.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.registration != null) {
			try {
				this.registry.get().deregister(this.registration.instanceId());
			}
			catch (RuntimeException ex) {
				// Others see that the process has ended.
			}
		}
		if (this.statusServer != null) {
			this.statusServer.close();
		}
		PortReservation.of(this.environment).close();
	}

}
