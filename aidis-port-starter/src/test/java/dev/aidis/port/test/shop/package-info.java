/**
 * An application and its tests, as docs/testing.md shows them.
 */
package dev.aidis.port.test.shop;
