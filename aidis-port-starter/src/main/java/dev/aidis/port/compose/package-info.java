/**
 * Finds what Docker Compose publishes on this machine, and registers the containers whose
 * labels ask for it.
 */
@NullMarked
package dev.aidis.port.compose;

import org.jspecify.annotations.NullMarked;
