/**
 * One viewer and the origin that has the stream: the search for it, the connection, the bytes. A viewer and all it owns lives on
 * the event loop of the client's connection.
 */
@NullMarked
package io.millrace.worker.flv.relay;

import org.jspecify.annotations.NullMarked;
