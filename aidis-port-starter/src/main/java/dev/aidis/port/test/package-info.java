/**
 * What the tests of applications need: a registry of their own, services that are only
 * pretended to be there, and a registry without a file. Nothing else of the starter knows
 * this package, and Spring's test support and JUnit are needed by who uses it alone.
 */
@NullMarked
package dev.aidis.port.test;

import org.jspecify.annotations.NullMarked;
