/**
 * Lets Spring Cloud find services in the registry, and {@code PortDiscovery} find those
 * that only Spring Cloud knows.
 */
@NullMarked
package dev.aidis.port.discovery.cloud;

import org.jspecify.annotations.NullMarked;
