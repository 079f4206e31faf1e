/**
 * The sessions of a worker: the table of what is open, how each one ended, draining, and the admin API on the management port.
 *
 * <p>Everything here may be called from any thread; a session's counters are written by its own event loop only. May use
 * {@code settings} and {@code telemetry}; {@code routing}, {@code net} and the protocols may use it.
 */
@NullMarked
package io.millrace.worker.admin;

import org.jspecify.annotations.NullMarked;
