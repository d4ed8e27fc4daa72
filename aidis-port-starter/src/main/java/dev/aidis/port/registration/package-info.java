/**
 * Registration and removal: what the started web server's port is, told to the registry,
 * kept right there, and taken back when the application closes.
 */
@NullMarked
package dev.aidis.port.registration;

import org.jspecify.annotations.NullMarked;
