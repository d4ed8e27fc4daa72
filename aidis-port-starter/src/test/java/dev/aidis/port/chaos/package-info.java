/**
 * Checks a registry file under many processes that are killed at random, on whatever file
 * system it lies. Users run it on theirs, see {@link dev.aidis.port.chaos.RegistryChaos};
 * the build runs it in a short form.
 */
package dev.aidis.port.chaos;
