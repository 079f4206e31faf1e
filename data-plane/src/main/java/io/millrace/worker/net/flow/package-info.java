/**
 * Back-pressure of one connection and between two: when a connection is read, when reading waits, how a connection ends after its last
 * bytes. On the event loop of the connection.
 */
@NullMarked
package io.millrace.worker.net.flow;

import org.jspecify.annotations.NullMarked;
