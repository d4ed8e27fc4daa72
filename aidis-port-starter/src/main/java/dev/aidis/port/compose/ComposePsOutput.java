package dev.aidis.port.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.PortRegistration.Status;

/**
 * What {@code docker compose ps --format json} prints: an object on each line, or all in
 * one array, as it was before version 2.21.
 */
final class ComposePsOutput {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private ComposePsOutput() {
	}

	/**
	 * Read the output.
	 * @param output the text
	 * @return the containers that run
	 * @throws IllegalStateException if it is something else
	 */
	static List<Container> parse(String output) {
		List<Container> containers = new ArrayList<>();
		try (var values = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(output)) {
			while (values.hasNextValue()) {
				JsonNode value = values.nextValue();
				if (value.path("State").asString("").equals("running")) {
					containers.add(container(value));
				}
			}
		}
		catch (JacksonException ex) {
			throw new IllegalStateException("it printed no JSON", ex);
		}
		return containers;
	}

	private static Container container(JsonNode value) {
		if (!value.path("Labels").isString()) {
			throw new IllegalStateException("it printed no labels; Docker Compose 2.21 or later does");
		}
		return new Container(value.path("Name").asString(""), value.path("Image").asString(""),
				status(value.path("Health").asString("")), labels(value.path("Labels").stringValue()),
				ports(value.path("Publishers")));
	}

	private static Status status(String health) {
		return switch (health) {
			case "starting" -> Status.STARTING;
			case "unhealthy" -> Status.UNKNOWN;
			default -> Status.UP;
		};
	}

	/**
	 * They are joined by commas, which may be in a value, too. A part without an equals
	 * sign belongs to the value before it; one with it may not be told from a label.
	 */
	private static Map<String, String> labels(String joined) {
		Map<String, String> labels = new LinkedHashMap<>();
		String name = "";
		for (String part : joined.split(",", -1)) {
			int equals = part.indexOf('=');
			if (equals > 0) {
				name = part.substring(0, equals);
				labels.put(name, part.substring(equals + 1));
			}
			else {
				labels.computeIfPresent(name, (same, value) -> value + "," + part);
			}
		}
		return labels;
	}

	private static List<Container.Port> ports(JsonNode publishers) {
		List<Container.Port> ports = new ArrayList<>();
		publishers.forEach((publisher) -> {
			int port = publisher.path("PublishedPort").asInt(0);
			if (port != 0 && publisher.path("Protocol").asString("").equals("tcp")) {
				ports.add(new Container.Port(host(publisher.path("URL").asString("")),
						publisher.path("TargetPort").asInt(0), port));
			}
		});
		return ports;
	}

	/**
	 * Return how a port on an address of this machine is reached.
	 */
	private static String host(String address) {
		return switch (address) {
			case "", "0.0.0.0", "127.0.0.1" -> "localhost";
			case "::" -> "::1";
			default -> address;
		};
	}

}
