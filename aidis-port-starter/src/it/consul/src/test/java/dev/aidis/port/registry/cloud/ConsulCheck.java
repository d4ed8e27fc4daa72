package dev.aidis.port.registry.cloud;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import tools.jackson.databind.JsonNode;

import org.springframework.boot.convert.DurationStyle;

/**
 * A health check of {@link ConsulAgent}. It is critical until a first answer, passing
 * with a status of 200 to 299, a warning with 429, and critical with any other or none.
 * Checks that are no HTTP ones stay as they are.
 */
final class ConsulCheck {

	static final String PASSING = "passing";

	private static final String CRITICAL = "critical";

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final JsonNode definition;

	private final long interval;

	private volatile String status;

	private long due = System.nanoTime();

	ConsulCheck(JsonNode definition) {
		this.definition = definition;
		String http = definition.path("HTTP").asString("");
		this.interval = http.isEmpty() ? 0
				: DurationStyle.SIMPLE.parse(definition.path("Interval").asString()).toNanos();
		boolean checked = !definition.isMissingNode() && !definition.isNull();
		this.status = checked ? definition.path("Status").asString(CRITICAL) : PASSING;
	}

	JsonNode definition() {
		return this.definition;
	}

	String status() {
		return this.status;
	}

	/**
	 * Ask, if it is time.
	 * @return whether the status has changed
	 */
	boolean run() {
		if (this.interval == 0 || System.nanoTime() - this.due < 0) {
			return false;
		}
		String before = this.status;
		this.status = ask();
		this.due = System.nanoTime() + this.interval;
		return !before.equals(this.status);
	}

	private String ask() {
		URI uri = URI.create(this.definition.path("HTTP").asString());
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
		try {
			int code = CLIENT.send(request, BodyHandlers.discarding()).statusCode();
			return (code / 100 == 2) ? PASSING : (code == 429) ? "warning" : CRITICAL;
		}
		catch (IOException ex) {
			return CRITICAL;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return CRITICAL;
		}
	}

}
