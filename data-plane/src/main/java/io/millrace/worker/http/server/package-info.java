/**
 * HTTP/1 with clients, and one exchange at a time of any version: reads requests strictly, hands them to the services and frames their
 * answers, on the connection's event loop. {@code http2} has the streams of HTTP/2, {@code http.listen} the listeners; services see the seam
 * in the package above.
 */
@NullMarked
package io.millrace.worker.http.server;

import org.jspecify.annotations.NullMarked;
