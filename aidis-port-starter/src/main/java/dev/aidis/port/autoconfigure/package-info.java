/**
 * Puts the parts together in a Spring Boot application. Every bean gives way to one of
 * the application's own.
 */
@NullMarked
package dev.aidis.port.autoconfigure;

import org.jspecify.annotations.NullMarked;
