package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that is bound to a port.
 *
 * @param port the local port
 * @param address the local address, as a number
 * @param listening whether it waits for connections, rather than being one
 * @param pid the process that has it, or 0 when unknown
 * @param user the user it belongs to, if known
 */
record OpenSocket(int port, String address, boolean listening, long pid, @Nullable String user) {

}
