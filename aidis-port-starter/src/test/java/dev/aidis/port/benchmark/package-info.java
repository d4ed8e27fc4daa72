/**
 * What real applications cost and how fast they are, as processes of their own. The
 * figures stand in {@code docs/benchmarks.md}.
 */
@NullMarked
package dev.aidis.port.benchmark;

import org.jspecify.annotations.NullMarked;
