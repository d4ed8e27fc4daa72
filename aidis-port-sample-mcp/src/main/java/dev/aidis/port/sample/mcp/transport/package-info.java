/**
 * What Spring AI's transport leaves to its users: well-formed messages, calls that can be
 * cancelled, sessions that do not pile up and errors that say what to do.
 */
@NullMarked
package dev.aidis.port.sample.mcp.transport;

import org.jspecify.annotations.NullMarked;
