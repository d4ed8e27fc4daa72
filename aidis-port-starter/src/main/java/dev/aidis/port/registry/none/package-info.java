/**
 * The registry of an application that wants none: nobody else sees it.
 */
@NullMarked
package dev.aidis.port.registry.none;

import org.jspecify.annotations.NullMarked;
