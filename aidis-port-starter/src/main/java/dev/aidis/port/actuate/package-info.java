/**
 * What operators see through Spring Boot's actuator.
 */
@NullMarked
package dev.aidis.port.actuate;

import org.jspecify.annotations.NullMarked;
