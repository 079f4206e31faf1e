/**
 * Datagrams: one listening socket per event loop at one address, connected sockets towards origins, both read and written in
 * batches. Each socket belongs to one event loop. Protocols over UDP may depend on it; it knows none of them.
 */
@NullMarked
package io.millrace.worker.net.udp;

import org.jspecify.annotations.NullMarked;
