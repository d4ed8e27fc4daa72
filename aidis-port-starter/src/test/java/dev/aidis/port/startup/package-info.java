/**
 * What the starter costs an application at its start. Its results are in
 * {@code docs/benchmarks.md}.
 */
@NullMarked
package dev.aidis.port.startup;

import org.jspecify.annotations.NullMarked;
