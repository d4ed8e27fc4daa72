/**
 * The tools for callers that do not speak MCP.
 */
@NullMarked
package dev.aidis.port.sample.mcp.legacy;

import org.jspecify.annotations.NullMarked;
