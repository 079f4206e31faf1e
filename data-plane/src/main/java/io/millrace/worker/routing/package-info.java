/**
 * Where a stream lives: the routing table in use, the client of the control plane, placement while it is away, and what this
 * worker reports.
 *
 * <p>Never blocks an event loop: requests run on threads of its own, and answers arrive on them, so callers hop back to their
 * loop. May use {@code admin}, {@code settings} and {@code telemetry}; the protocols may use it.
 */
@NullMarked
package io.millrace.worker.routing;

import org.jspecify.annotations.NullMarked;
