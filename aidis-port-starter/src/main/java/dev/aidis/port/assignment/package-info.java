/**
 * Environment to port: reads what the environment asks for and tells the web server,
 * before it starts, which port to take.
 */
@NullMarked
package dev.aidis.port.assignment;

import org.jspecify.annotations.NullMarked;
