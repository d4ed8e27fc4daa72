/**
 * The registry in etcd, for services on several machines: each instance is a key that
 * lives as long as its application's lease, and a watch keeps what look-ups are answered
 * from.
 */
@NullMarked
package dev.aidis.port.registry.etcd;

import org.jspecify.annotations.NullMarked;
