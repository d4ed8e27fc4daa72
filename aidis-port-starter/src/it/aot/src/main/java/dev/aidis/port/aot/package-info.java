/**
 * An application that Spring Boot processes ahead of time.
 */
@NullMarked
package dev.aidis.port.aot;

import org.jspecify.annotations.NullMarked;
