package dev.aidis.port.sample.command.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import dev.aidis.port.sample.command.DaemonThreads;
import dev.aidis.port.sample.command.registry.LiveRegistry;

/**
 * Opens the page before anybody else can be told that this service is ready: the first
 * time takes many times as long as any other, since most of the classes that take part
 * are loaded then. It is done while the application goes on to start, which waits for the
 * rest of it at the end, but not for long. It is done once more with what the registry
 * has. Where the web server speaks TLS it is left out, since nothing says that this
 * service trusts its own certificate.
 */
@Component
final class WarmUp implements ApplicationListener<WebServerInitializedEvent>, ApplicationRunner {

	private static final Log logger = LogFactory.getLog(WarmUp.class);

	/**
	 * How long to wait for all of it. Whoever opened the page meanwhile would wait as
	 * long.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/**
	 * How long of that to wait for the registry to be read.
	 */
	private static final Duration PATIENCE_WITH_REGISTRY = Duration.ofSeconds(2);

	/**
	 * What a browser needs before it paints.
	 */
	private static final List<String> PATHS = List.of("/", "/theme.js", "/command.css",
			"/webjars/uplot/dist/uPlot.min.css", "/command.js");

	private final ApplicationContext context;

	private final ServerProperties server;

	private final CompletableFuture<Void> loaded = new CompletableFuture<>();

	private volatile CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

	WarmUp(ApplicationContext context, ServerProperties server, LiveRegistry registry) {
		this.context = context;
		this.server = server;
		registry.listen((update) -> this.loaded.complete(null));
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getApplicationContext() != this.context || Ssl.isEnabled(this.server.getSsl())) {
			return;
		}
		int port = event.getWebServer().getPort();
		CompletableFuture<Void> warmed = new CompletableFuture<>();
		this.done = warmed;
		DaemonThreads.named("aidis-command-warm-up").newThread(() -> {
			open(port);
			warmed.complete(null);
		}).start();
	}

	private void open(int port) {
		try {
			for (String path : PATHS) {
				open(address(port, path));
			}
			await(this.loaded, PATIENCE_WITH_REGISTRY);
			open(address(port, "/"));
		}
		catch (IOException | RuntimeException | URISyntaxException ex) {
			logger.debug("Could not open the page for a start, so the first who does waits for longer", ex);
		}
	}

	private URI address(int port, String path) throws URISyntaxException {
		InetAddress address = this.server.getAddress();
		String host = (address == null || address.isAnyLocalAddress()) ? "localhost" : address.getHostAddress();
		return new URI("http", null, host, port, contextPath() + path, null, null);
	}

	private String contextPath() {
		return Objects.requireNonNullElse(this.server.getServlet().getContextPath(), "");
	}

	private static void open(URI address) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
		connection.setRequestProperty(HttpHeaders.ACCEPT, MediaType.TEXT_HTML_VALUE + ",*/*");
		connection.setConnectTimeout((int) PATIENCE.toMillis());
		connection.setReadTimeout((int) PATIENCE.toMillis());
		try (InputStream page = connection.getInputStream()) {
			page.transferTo(OutputStream.nullOutputStream());
		}
	}

	private static void await(CompletableFuture<Void> future, Duration patience) {
		future.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).join();
	}

	@Override
	public void run(ApplicationArguments arguments) {
		await(this.done, PATIENCE);
	}

}
