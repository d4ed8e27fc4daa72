package dev.aidis.port.sample.mcp.tools;

import java.util.List;

/**
 * What {@code prune_stale} answers.
 *
 * @param pruned the instances whose entries were removed
 */
record PrunedServices(List<Service> pruned) {

}
