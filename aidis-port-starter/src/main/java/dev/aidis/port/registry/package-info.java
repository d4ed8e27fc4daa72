/**
 * What the engines of the {@link dev.aidis.port.PortRegistry registry} have in common.
 * The packages below hold one engine each.
 */
@NullMarked
package dev.aidis.port.registry;

import org.jspecify.annotations.NullMarked;
