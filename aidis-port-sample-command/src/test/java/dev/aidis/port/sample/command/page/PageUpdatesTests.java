package dev.aidis.port.sample.command.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.sample.command.registry.LiveRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests {@link PageUpdates} as an open page sees them.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "aidis.command.monitor.health-interval=1h")
class PageUpdatesTests {

	private static final int PATIENCE_MILLIS = 30_000;

	@LocalServerPort
	private int port;

	@Autowired
	private PortRegistry registry;

	@Autowired
	private LiveRegistry live;

	@Test
	void pageThatIsOpenedLaterIsToldWhatAnEarlierOneWasToldLast() throws IOException {
		PortRegistration orders;
		try (Page first = new Page()) {
			orders = register("orders");
			first.await((frame) -> frame.data().contains(row("orders")));
			first.await((frame) -> frame.isSummary() && frame.data().contains("<dt>Instances</dt><dd>2</dd>"));
			deregister(orders);
			first.await((frame) -> frame.isSummary() && frame.data().contains("<dt>Instances</dt><dd>1</dd>"));
		}
		orders = register("orders");
		await().until(() -> !this.live.instances("orders").isEmpty());
		try (Page second = new Page()) {
			deregister(orders);
			second.await(Frame::isSummary);
		}
	}

	@Test
	void onlyTheLastPartOfWhatIsSentTogetherReachesTheRevision() throws IOException {
		try (Page page = new Page()) {
			PortRegistration orders = register("orders");
			Frame row = page.await((frame) -> frame.data().contains(row("orders")));
			Frame rest = page.await(Frame::isSummary);
			assertThat(rest.number()).isGreaterThan(row.number());
			deregister(orders);
		}
	}

	@Test
	void rowsThatThePageLeftOutSayOfWhichRevisionTheyAre() throws Exception {
		PortRegistration orders = register("orders");
		await().until(() -> !this.live.instances("orders").isEmpty());
		await().untilAsserted(() -> {
			HttpResponse<String> page = get("/");
			HttpResponse<String> rows = get("/rows");
			assertThat(page.body())
				.contains("data-revision=\"" + rows.headers().firstValue("Aidis-Revision").orElseThrow() + "\"");
		});
		String before = get("/rows").headers().firstValue("Aidis-Revision").orElseThrow();
		deregister(orders);
		await().until(() -> this.live.instances("orders").isEmpty());
		assertThat(get("/rows").headers().firstValue("Aidis-Revision"))
			.hasValueSatisfying((revision) -> assertThat(revision).isNotEqualTo(before));
	}

	private HttpResponse<String> get(String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Accept", "text/html")
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static String row(String service) {
		return "data-name=\"" + service + "\"";
	}

	private PortRegistration register(String service) {
		PortRegistration registration = PortRegistration.builder(service, this.port)
			.healthEndpoint("/healthz")
			.status(Status.UP)
			.build();
		this.registry.register(registration);
		return registration;
	}

	private void deregister(PortRegistration registration) {
		this.registry.deregister(registration.instanceId());
	}

	private final class Page implements AutoCloseable {

		private final HttpURLConnection connection;

		private final BufferedReader reader;

		private final List<Frame> frames = new ArrayList<>();

		Page() throws IOException {
			this.connection = (HttpURLConnection) URI
				.create("http://localhost:" + PageUpdatesTests.this.port + "/stream")
				.toURL()
				.openConnection();
			this.connection.setReadTimeout(PATIENCE_MILLIS);
			InputStream stream = this.connection.getInputStream();
			this.reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
			await((frame) -> frame.name().equals("hello"));
		}

		/**
		 * Read on to the next frame that is sought.
		 */
		Frame await(Predicate<Frame> sought) throws IOException {
			String name = "";
			String id = "";
			StringBuilder data = new StringBuilder();
			for (String line = this.reader.readLine(); line != null; line = this.reader.readLine()) {
				if (line.startsWith("event: ")) {
					name = line.substring(7);
				}
				else if (line.startsWith("id: ")) {
					id = line.substring(4);
				}
				else if (line.startsWith("data: ")) {
					data.append(line.substring(6));
				}
				else if (line.isEmpty() && !name.isEmpty()) {
					Frame frame = new Frame(name, id, data.toString());
					this.frames.add(frame);
					if (sought.test(frame)) {
						return frame;
					}
					name = "";
					data.setLength(0);
				}
			}
			throw new IOException("The stream ended after " + this.frames);
		}

		@Override
		public void close() {
			this.connection.disconnect();
		}

	}

	private record Frame(String name, String id, String data) {

		boolean isSummary() {
			return this.data.contains("id=\"summary\"");
		}

		long number() {
			return Long.parseLong(this.id.substring(this.id.indexOf('-') + 1));
		}

	}

}
