/**
 * A service that finds another one by name and shows what it answers.
 */
@NullMarked
package dev.aidis.port.sample.command;

import org.jspecify.annotations.NullMarked;
