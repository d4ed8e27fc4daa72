/**
 * The page that people open: rendered on the server, kept up to date by an event stream.
 */
@NullMarked
package dev.aidis.port.sample.command.page;

import org.jspecify.annotations.NullMarked;
