package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.aidis.port.PortRegistration;

/**
 * Asks over HTTP: a service's health endpoint must answer 200 within two seconds; without
 * an endpoint, its port must accept a connection. Follows no redirects, sends no
 * credentials, uses no proxy and never asks another machine.
 *
 * @since 0.1.0
 */
public final class HttpServiceHealthProbe implements ServiceHealthProbe {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	@Override
	public ServiceHealth probe(PortRegistration registration) {
		try {
			URI health = registration.healthUri();
			URI target = (health != null) ? health : registration.uri();
			if (!isOnThisMachine(target.getHost())) {
				return new ServiceHealth(false, target.getHost() + " is not this machine, so it is not asked");
			}
			return (health != null) ? get(health) : connect(registration);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new ServiceHealth(false, "interrupted");
		}
		catch (IOException | IllegalArgumentException ex) {
			return new ServiceHealth(false, ex.toString());
		}
	}

	private static boolean isOnThisMachine(String host) throws IOException {
		InetAddress address = InetAddress.getByName(host);
		return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
	}

	private ServiceHealth get(URI uri) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET().build();
		CompletableFuture<HttpResponse<Void>> response = LazyClient.INSTANCE.sendAsync(request,
				HttpResponse.BodyHandlers.discarding());
		try {
			int status = response.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode();
			return new ServiceHealth(status == 200, "HTTP " + status);
		}
		catch (ExecutionException ex) {
			return (ex.getCause() instanceof HttpTimeoutException) ? noAnswer()
					: new ServiceHealth(false, String.valueOf(ex.getCause()));
		}
		catch (TimeoutException ex) {
			return noAnswer();
		}
		finally {
			response.cancel(true);
		}
	}

	private static ServiceHealth noAnswer() {
		return new ServiceHealth(false, "no answer within " + TIMEOUT.toSeconds() + " s");
	}

	private ServiceHealth connect(PortRegistration registration) throws IOException {
		try (Socket socket = new Socket(Proxy.NO_PROXY)) {
			socket.connect(new InetSocketAddress(registration.host(), registration.port()), (int) TIMEOUT.toMillis());
			return new ServiceHealth(true, "port accepts connections");
		}
	}

	/**
	 * Created by the first probe, since most applications never make one.
	 */
	private static final class LazyClient {

		static final HttpClient INSTANCE = HttpClient.newBuilder()
			.connectTimeout(TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.proxy(HttpClient.Builder.NO_PROXY)
			.version(HttpClient.Version.HTTP_1_1)
			.build();

	}

}
