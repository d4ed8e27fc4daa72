/**
 * An MCP server that tells agents which services run on this machine, and where.
 */
@NullMarked
package dev.aidis.port.sample.mcp;

import org.jspecify.annotations.NullMarked;
