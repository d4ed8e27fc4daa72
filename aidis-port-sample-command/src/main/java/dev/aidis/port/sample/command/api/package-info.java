/**
 * What the page shows, as JSON.
 */
@NullMarked
package dev.aidis.port.sample.command.api;

import org.jspecify.annotations.NullMarked;
