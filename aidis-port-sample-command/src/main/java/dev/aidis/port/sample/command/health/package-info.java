/**
 * Asks all services for their health, in the background.
 */
@NullMarked
package dev.aidis.port.sample.command.health;

import org.jspecify.annotations.NullMarked;
