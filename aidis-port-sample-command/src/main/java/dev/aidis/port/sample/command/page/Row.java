package dev.aidis.port.sample.command.page;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.State;

/**
 * An instance as a row of the table. Whatever another program may have written is
 * printable here.
 *
 * @param key the instance
 * @param name the name of its service
 * @param cluster the cluster it is in, or empty where there is only one
 * @param replica its number
 * @param condition how it is, in one word, of which there are as many as style classes
 * @param state how far it is, for people
 * @param href where its address leads, if a browser can follow it
 * @param address its address without the scheme
 * @param port its port
 * @param requested the port that was asked for, or empty if its entry does not tell
 * @param assignedBy what decided about it, or empty
 * @param pid its process, or 0
 * @param started when it registered, in milliseconds since 1970, or 0
 * @param health how it is, for people
 * @param latency how long it took to answer, in milliseconds, or -1
 * @param changed when it was last seen to change, in milliseconds since 1970
 */
record Row(String key, String name, String cluster, int replica, String condition, String state, @Nullable String href,
		String address, int port, String requested, String assignedBy, long pid, long started, String health,
		long latency, long changed) {

	private static final int MAX_TEXT = 160;

	static Row of(Instance instance) {
		PortRegistration registration = instance.registration();
		URI uri = registration.uri();
		Map<String, String> metadata = registration.metadata();
		HealthReading health = instance.state().isLive() ? instance.health() : null;
		return new Row(instance.key(), Printable.of(instance.service()), instance.cluster(), instance.replica(),
				condition(instance), state(instance), isWeb(uri) && instance.state().isLive() ? uri.toString() : null,
				(isWeb(uri) && "http".equals(uri.getScheme())) ? uri.getAuthority() : uri.toString(),
				registration.port(), requested(metadata.getOrDefault(PortRegistration.REQUESTED_PORT, "")),
				Printable.of(metadata.getOrDefault(PortRegistration.ASSIGNED_BY, ""), MAX_TEXT), registration.pid(),
				registration.startedAt().toEpochMilli(), (health != null) ? health(health) : "",
				(health != null && health.asked()) ? health.latencyMillis() : -1, instance.changedAt().toEpochMilli());
	}

	private static boolean isWeb(URI uri) {
		return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
	}

	private static String requested(String port) {
		return "0".equals(port) ? "any" : Printable.of(port);
	}

	private static String condition(Instance instance) {
		if (instance.isUnhealthy() && instance.state() != State.STARTING) {
			return "down";
		}
		return instance.state().name().toLowerCase(Locale.ROOT);
	}

	private static String state(Instance instance) {
		return switch (condition(instance)) {
			case "down" -> "Unhealthy";
			case "up" -> "Up";
			case "starting" -> "Starting";
			case "stale" -> "Stale";
			case "dead" -> "Died";
			default -> "Registered";
		};
	}

	private static String health(HealthReading health) {
		if (!health.asked()) {
			return "not asked";
		}
		String detail = health.detail();
		return switch (detail) {
			case "HTTP 200" -> "200 OK";
			case "port accepts connections" -> "port open";
			default -> Printable.of(detail, MAX_TEXT);
		};
	}

}
