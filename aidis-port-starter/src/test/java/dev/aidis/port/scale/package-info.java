/**
 * What a registry costs with few and with many instances, for a user who plans. Its
 * results are in {@code docs/scaling.md}.
 */
@NullMarked
package dev.aidis.port.scale;

import org.jspecify.annotations.NullMarked;
