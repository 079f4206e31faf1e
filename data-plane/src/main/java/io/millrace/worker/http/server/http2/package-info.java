/**
 * HTTP/2 with clients: the bounds of a connection, and its streams as exchanges of {@code http.server}. On the connection's event loop; only
 * {@code http.listen} uses it.
 */
@NullMarked
package io.millrace.worker.http.server.http2;

import org.jspecify.annotations.NullMarked;
