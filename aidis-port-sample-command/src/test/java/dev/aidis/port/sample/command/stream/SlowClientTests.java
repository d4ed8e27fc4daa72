package dev.aidis.port.sample.command.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests event streams with a real web server, and clients that read what they like.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "aidis.command.monitor.max-streams=2", "server.tomcat.connection-timeout=3s" })
class SlowClientTests {

	/**
	 * More than the queue of a stream and the buffers of its connection hold together.
	 */
	private static final int FRAMES = 500;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String DATA = "x".repeat(32 * 1024);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@LocalServerPort
	private int port;

	@Autowired
	private TestStreams streams;

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void clientThatReadsTooLateGetsTheEndAndOthersGetEverything() throws Exception {
		try (Socket slow = connect(); InputStream fast = open("/test/stream")) {
			sendAll(fast);
			assertThat(bytesUntilTheEnd(slow)).isLessThan(FRAMES * (long) DATA.length());
		}
	}

	@Test
	void clientThatNeverReadsLosesItsPlaceAndOthersGetEverything() throws Exception {
		try (Socket slow = connect(); InputStream fast = open("/test/stream")) {
			assertThat(status("/test/stream")).as("a third one while both are open").isEqualTo(503);
			sendAll(fast);
			await().atMost(PATIENCE).until(() -> status("/test/stream") == 200);
			assertThat(slow.isClosed()).as("closed by this side").isFalse();
		}
	}

	/**
	 * Send all frames, none of them long before the other side has read the ones before.
	 */
	private void sendAll(InputStream fast) throws Exception {
		Semaphore window = new Semaphore(50);
		Future<Integer> received = this.threads.submit(() -> read(fast, window));
		for (int i = 1; i <= FRAMES; i++) {
			assertThat(window.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("frames are received").isTrue();
			this.streams.all.send(Frame.of("test", String.valueOf(i), DATA));
		}
		assertThat(received.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("frames in order").isEqualTo(FRAMES);
	}

	/**
	 * Read frames until the last one, or one that is not the next.
	 * @return how many came in order
	 */
	private static int read(InputStream stream, Semaphore window) throws IOException {
		BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
		int received = 0;
		String line;
		while (received < FRAMES && (line = reader.readLine()) != null) {
			if (line.startsWith("id: ")) {
				if (!line.equals("id: " + (received + 1))) {
					return received;
				}
				received++;
				window.release();
			}
		}
		return received;
	}

	@Test
	void silentStreamHasHeartbeats() throws Exception {
		try (InputStream silent = open("/test/silent");
				BufferedReader reader = new BufferedReader(new InputStreamReader(silent, StandardCharsets.UTF_8))) {
			assertThat(List.of(reader.readLine(), reader.readLine(), reader.readLine(), reader.readLine()))
				.containsExactly(": still here", "", ": still here", "");
		}
	}

	/**
	 * Open a stream, as far as the status of the answer, and read no more. What another
	 * test has left is closed once something is sent.
	 */
	private Socket connect() {
		return await().atMost(PATIENCE).until(() -> {
			this.streams.all.send(Frame.HEARTBEAT);
			return tryToConnect();
		}, Objects::nonNull);
	}

	private Socket tryToConnect() throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.setSoTimeout((int) PATIENCE.toMillis());
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		OutputStream request = socket.getOutputStream();
		request.write(("GET /test/stream HTTP/1.1\r\nHost: localhost:" + this.port + "\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII));
		request.flush();
		if (new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200")) {
			return socket;
		}
		socket.close();
		return null;
	}

	/**
	 * Read until the end, or until there is all that was sent, since a stream that goes
	 * on has no end.
	 */
	private static long bytesUntilTheEnd(Socket socket) throws IOException {
		long bytes = 0;
		byte[] buffer = new byte[65536];
		try {
			int read;
			while (bytes < FRAMES * (long) DATA.length() && (read = socket.getInputStream().read(buffer)) >= 0) {
				bytes += read;
			}
		}
		catch (SocketException ex) {
			assertThat(ex).hasMessageContaining("reset");
		}
		return bytes;
	}

	private InputStream open(String path) {
		return await().atMost(PATIENCE).until(() -> {
			HttpURLConnection connection = connection(path);
			return (connection.getResponseCode() == 200) ? connection.getInputStream() : null;
		}, Objects::nonNull);
	}

	private int status(String path) throws IOException {
		HttpURLConnection connection = connection(path);
		try {
			return connection.getResponseCode();
		}
		finally {
			connection.disconnect();
		}
	}

	private HttpURLConnection connection(String path) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) URI.create("http://localhost:" + this.port + path)
			.toURL()
			.openConnection();
		connection.setReadTimeout((int) PATIENCE.toMillis());
		return connection;
	}

	/**
	 * Streams of which the test decides what they send.
	 */
	@TestConfiguration
	@RestController
	static class TestStreams {

		final EventStream all;

		TestStreams(EventStreams streams) {
			this.all = streams.create();
		}

		@GetMapping("/test/stream")
		ResponseEntity<ResponseBodyEmitter> stream() {
			return this.all.open(() -> List.of(Frame.retry(1000)));
		}

		@GetMapping("/test/silent")
		ResponseBodyEmitter silent() {
			ResponseBodyEmitter emitter = new ResponseBodyEmitter(0L);
			new Thread(new Subscriber(emitter, Duration.ofMillis(10), 3)).start();
			return emitter;
		}

	}

}
