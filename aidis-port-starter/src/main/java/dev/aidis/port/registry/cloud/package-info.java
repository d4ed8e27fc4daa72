/**
 * The registry of an application whose services are in Spring Cloud's registries: Eureka,
 * ZooKeeper, Consul.
 */
@NullMarked
package dev.aidis.port.registry.cloud;

import org.jspecify.annotations.NullMarked;
