/**
 * Finding services by name: for applications that ask, and in the requests of their HTTP
 * clients.
 */
@NullMarked
package dev.aidis.port.discovery;

import org.jspecify.annotations.NullMarked;
