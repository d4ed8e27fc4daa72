/**
 * The bridge {@code aidis-mcp-bridge}: MCP over standard input and output for a client,
 * Streamable HTTP for a server that is found by name, and found again after it has moved.
 */
@NullMarked
package dev.aidis.port.sample.mcp.bridge;

import org.jspecify.annotations.NullMarked;
