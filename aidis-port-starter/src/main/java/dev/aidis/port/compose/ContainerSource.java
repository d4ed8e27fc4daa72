package dev.aidis.port.compose;

import java.util.List;

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

}
