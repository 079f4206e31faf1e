/**
 * Speaks HTTP with clients: listens, reads requests strictly, hands them to the services and frames their answers. One request of
 * a connection at a time, on the connection's event loop. Only the worker's root starts it; services see the seam in the package
 * above.
 */
@NullMarked
package io.millrace.worker.http.server;

import org.jspecify.annotations.NullMarked;
