/**
 * Server-sent events: many listeners, none of whom can hold up the others or the end of
 * the application.
 */
@NullMarked
package dev.aidis.port.sample.command.stream;

import org.jspecify.annotations.NullMarked;
