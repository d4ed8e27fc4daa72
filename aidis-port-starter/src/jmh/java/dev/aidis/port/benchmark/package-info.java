/**
 * What the benchmarks have in common.
 */
@NullMarked
package dev.aidis.port.benchmark;

import org.jspecify.annotations.NullMarked;
