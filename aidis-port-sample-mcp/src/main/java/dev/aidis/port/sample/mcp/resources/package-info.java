/**
 * The registry as resources that tell when they change.
 */
@NullMarked
package dev.aidis.port.sample.mcp.resources;

import org.jspecify.annotations.NullMarked;
