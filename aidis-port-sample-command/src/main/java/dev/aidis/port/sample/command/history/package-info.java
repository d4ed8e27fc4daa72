/**
 * What happened, and how many ports were in use: as much of it as is worth remembering,
 * in memory.
 */
@NullMarked
package dev.aidis.port.sample.command.history;

import org.jspecify.annotations.NullMarked;
