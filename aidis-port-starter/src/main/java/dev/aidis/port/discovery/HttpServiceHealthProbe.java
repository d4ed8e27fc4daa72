package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;

/**
 * Asks over HTTP: a service's health endpoint must answer 200 within two seconds, and
 * where the registration promises it ({@link PortRegistration#provesIdentity()}) it must
 * answer as the instance that registered, not as one that has its port now. Without an
 * endpoint that is all, and without the promise, too, the port must accept a connection.
 * <p>
 * Follows no redirects, keeps no cookies, sends no credentials, uses no proxy, reads no
 * more than 64 KiB of an answer and never asks another machine.
 *
 * @since 0.1.0
 */
public final class HttpServiceHealthProbe implements ServiceHealthProbe {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

	/**
	 * Enough for what a failed TLS handshake has to say.
	 */
	private static final int MAX_DETAIL = 300;

	@Override
	public ServiceHealth probe(PortRegistration registration) {
		Deadline deadline = new Deadline(TIMEOUT);
		try {
			URI target = target(registration);
			InetAddress address = ThisMachine.address(target.getHost(), deadline.left());
			if (address == null) {
				return ServiceHealth.notAsked(target.getHost());
			}
			if (registration.healthEndpoint() == null && !registration.provesIdentity()) {
				connect(address, registration.port(), deadline.left());
				return new ServiceHealth(true, "port accepts connections");
			}
			return HttpProbe.ask(target, deadline.left()).judge(registration);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new ServiceHealth(false, "interrupted");
		}
		catch (TimeoutException ex) {
			return new ServiceHealth(false, "no answer within " + TIMEOUT.toSeconds() + " s");
		}
		catch (IOException | IllegalArgumentException ex) {
			return new ServiceHealth(false, Printable.of(describe(ex), MAX_DETAIL));
		}
	}

	/**
	 * Say what went wrong in words, which is not the name of a class. The JDK's client
	 * says nothing when a connection is refused.
	 */
	private static String describe(Exception failure) {
		String message = failure.getMessage();
		if (message != null) {
			return (failure instanceof UnknownHostException) ? "Unknown host " + message : message;
		}
		return (failure instanceof ConnectException) ? "Connection refused" : failure.getClass().getSimpleName();
	}

	/**
	 * Tell whether an instance is there: it is asked now, and answers with its own id,
	 * healthy or not.
	 * @param registration the instance
	 * @return whether it answers; {@code false} also if nobody or somebody else does, if
	 * it is on another machine, or if it cannot tell its id
	 */
	public boolean isInstance(PortRegistration registration) {
		Deadline deadline = new Deadline(TIMEOUT);
		try {
			URI target = target(registration);
			return ThisMachine.address(target.getHost(), deadline.left()) != null
					&& HttpProbe.askForHeaders(target, deadline.left()).isOf(registration);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (TimeoutException | IOException | IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Tell whether anything accepts a connection where an instance should be, within a
	 * quarter of a second.
	 * @param registration the instance
	 * @return whether something does; {@code false} also if it is on another machine
	 */
	public boolean isReachable(PortRegistration registration) {
		Deadline deadline = new Deadline(CONNECT_TIMEOUT);
		try {
			InetAddress address = ThisMachine.address(registration.uri().getHost(), deadline.left());
			if (address == null) {
				return false;
			}
			connect(address, registration.port(), deadline.left());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (TimeoutException | IOException ex) {
			return false;
		}
	}

	private static URI target(PortRegistration registration) {
		URI health = registration.healthUri();
		return (health != null) ? health : registration.uri().resolve("/");
	}

	private static void connect(InetAddress address, int port, Duration timeout) throws IOException {
		try (Socket socket = new Socket(Proxy.NO_PROXY)) {
			socket.connect(new InetSocketAddress(address, port), Math.max(1, (int) timeout.toMillis()));
		}
	}

	/**
	 * The time for all steps of a probe together.
	 */
	private static final class Deadline {

		private final long end;

		Deadline(Duration timeout) {
			this.end = System.nanoTime() + timeout.toNanos();
		}

		Duration left() throws TimeoutException {
			long left = this.end - System.nanoTime();
			if (left <= 0) {
				throw new TimeoutException();
			}
			return Duration.ofNanos(left);
		}

	}

}
