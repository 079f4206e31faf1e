/**
 * The way in for TCP clients that first must name a stream: bounds of the listeners, and what a session is whatever its protocol. Runs on event
 * loops; protocols may use it, and it knows none of them.
 */
@NullMarked
package io.millrace.worker.entry;

import org.jspecify.annotations.NullMarked;
