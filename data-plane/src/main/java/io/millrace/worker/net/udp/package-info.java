/**
 * Datagrams: one listening socket per event loop at one address, connected sockets towards origins, both read and written in
 * batches. Each socket belongs to one event loop. Whoever relays datagrams may depend on it; it knows no protocol.
 */
@NullMarked
package io.millrace.worker.net.udp;

import org.jspecify.annotations.NullMarked;
