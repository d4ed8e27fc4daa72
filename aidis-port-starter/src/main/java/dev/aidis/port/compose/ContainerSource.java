package dev.aidis.port.compose;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells which containers run.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ContainerSource {

	/**
	 * Return the containers that run now.
	 * @return the containers, whatever their labels
	 * @throws IllegalStateException if that cannot be told for now; the message says why
	 */
	List<Container> containers();

	/**
	 * Return a source that asks several ones.
	 * @param sources the sources; of a container that several tell of, the first counts
	 */
	static ContainerSource ofAll(List<ContainerSource> sources) {
		return () -> {
			Map<String, Container> containers = new LinkedHashMap<>();
			sources.forEach((source) -> source.containers()
				.forEach((container) -> containers.putIfAbsent(container.name(), container)));
			return List.copyOf(containers.values());
		};
	}

}
