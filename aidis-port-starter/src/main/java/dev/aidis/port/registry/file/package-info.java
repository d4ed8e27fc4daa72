/**
 * The default registry: one JSON file that several processes share and that people and
 * programs in other languages read and write too.
 */
@NullMarked
package dev.aidis.port.registry.file;

import org.jspecify.annotations.NullMarked;
