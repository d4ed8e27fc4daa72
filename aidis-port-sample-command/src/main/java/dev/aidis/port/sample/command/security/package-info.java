/**
 * Who may look at the page and use it.
 */
@NullMarked
package dev.aidis.port.sample.command.security;

import org.jspecify.annotations.NullMarked;
