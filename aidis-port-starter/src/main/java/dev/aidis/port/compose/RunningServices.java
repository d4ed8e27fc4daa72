package dev.aidis.port.compose;

import java.util.List;

import org.springframework.boot.docker.compose.core.RunningService;

import dev.aidis.port.PortRegistration.Status;

/**
 * The containers that Spring Boot's Docker Compose support found when the application
 * started.
 */
final class RunningServices {

	private RunningServices() {
	}

	static ContainerSource source(List<RunningService> services) {
		List<Container> containers = services.stream().map(RunningServices::container).toList();
		return () -> containers;
	}

	private static Container container(RunningService service) {
		return new Container(service.name(), String.valueOf(service.image()), Status.UP, service.labels(),
				ports(service));
	}

	/**
	 * Which port of the container one is that is published, is told only for a port that
	 * one asks for.
	 */
	private static List<Container.Port> ports(RunningService service) {
		String host = service.host().equals("127.0.0.1") ? "localhost" : service.host();
		List<Integer> published = service.ports().getAll("tcp");
		String wanted = service.labels().get(ContainerLabels.PORT);
		if (wanted == null) {
			return published.stream().map((port) -> new Container.Port(host, 0, port)).toList();
		}
		try {
			int containerPort = Integer.parseInt(wanted.strip());
			int port = service.ports().get(containerPort);
			return published.contains(port) ? List.of(new Container.Port(host, containerPort, port)) : List.of();
		}
		catch (NumberFormatException | IllegalStateException ex) {
			return List.of();
		}
	}

}
