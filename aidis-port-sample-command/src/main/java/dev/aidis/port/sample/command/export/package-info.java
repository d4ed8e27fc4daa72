/**
 * The live services as configuration of a load balancer. What is in the registry was
 * written by others: nothing of it gets into a configuration unless it is a host name, an
 * address or a port, and what is left out stands in a comment of harmless characters.
 */
@NullMarked
package dev.aidis.port.sample.command.export;

import org.jspecify.annotations.NullMarked;
