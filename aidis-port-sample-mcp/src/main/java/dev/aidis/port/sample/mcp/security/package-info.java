/**
 * Who may talk to this server, and how much at once.
 */
@NullMarked
package dev.aidis.port.sample.mcp.security;

import org.jspecify.annotations.NullMarked;
