/**
 * The environment of an application, which post processors decide about at its start.
 *
 * @since 0.1.0
 */
@NullMarked
package dev.aidis.port.environment;

import org.jspecify.annotations.NullMarked;
