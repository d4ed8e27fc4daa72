package dev.aidis.port.sample.command.registry;

import org.jspecify.annotations.Nullable;

/**
 * One of several clusters.
 *
 * @param name its name
 * @param own whether this service is in it
 * @param location where its registry is
 * @param problem why that cannot be used, or is not as it is now, or {@code null}
 * @since 0.1.0
 */
public record ClusterState(String name, boolean own, String location, @Nullable String problem) {

}
