/**
 * The vocabulary of aidis-port: what a service registered, where registrations are kept
 * and how services are found.
 * <p>
 * The flow, which the packages follow: before an application starts, its environment
 * tells which port it wants ({@code assignment}). The web server starts on that port, or
 * on one that the operating system chooses. The port that is really open becomes a
 * {@link dev.aidis.port.PortRegistration} ({@code registration}). A
 * {@link dev.aidis.port.PortRegistry} keeps it where every service of the machine looks,
 * by default a JSON file ({@code registry.file}). Other services ask
 * {@link dev.aidis.port.PortDiscovery} for it by name ({@code discovery}). When the
 * application closes the registration is removed, and when it is killed nobody is told of
 * it any more.
 */
@NullMarked
package dev.aidis.port;

import org.jspecify.annotations.NullMarked;
