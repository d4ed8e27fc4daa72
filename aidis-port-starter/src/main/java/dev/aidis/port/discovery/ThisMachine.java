package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a host is this machine, which alone is asked.
 */
final class ThisMachine {

	private ThisMachine() {
	}

	/**
	 * Return the address of a host that is this machine.
	 * @param host a name or address
	 * @param timeout how long name servers may take
	 * @return the address, or {@code null} if it is another machine's
	 */
	static @Nullable InetAddress address(String host, Duration timeout)
			throws IOException, InterruptedException, TimeoutException {
		InetAddress address = isQuick(host) ? InetAddress.getByName(host) : resolve(host, timeout);
		return (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) ? address : null;
	}

	/**
	 * Tell whether no name server is asked for the host's address.
	 */
	private static boolean isQuick(String host) {
		return host.equals("localhost") || host.contains(":") || host.matches("[0-9.]+");
	}

	/**
	 * A name server that does not answer cannot be given up otherwise: neither a timeout
	 * nor an interrupt ends the look-up.
	 */
	private static InetAddress resolve(String host, Duration timeout)
			throws IOException, InterruptedException, TimeoutException {
		FutureTask<InetAddress> lookup = new FutureTask<>(() -> InetAddress.getByName(host));
		Thread thread = new Thread(lookup, "aidis-port-lookup");
		thread.setDaemon(true);
		thread.start();
		try {
			return lookup.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof UnknownHostException unknown) ? unknown : new IOException(ex.getCause());
		}
	}

}
