/**
 * What is registered, as it is now: fed by the registry in the background, so that no
 * request has to look at it.
 */
@NullMarked
package dev.aidis.port.sample.command.registry;

import org.jspecify.annotations.NullMarked;
