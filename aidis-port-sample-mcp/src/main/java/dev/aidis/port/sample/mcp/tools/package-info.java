/**
 * The registry's tools, for whoever calls them, and what they answer.
 */
@NullMarked
package dev.aidis.port.sample.mcp.tools;

import org.jspecify.annotations.NullMarked;
