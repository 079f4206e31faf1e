/**
 * The way in for TCP clients that first must name a stream. Runs on event loops; protocols may use it, and it knows none of them.
 */
@NullMarked
package io.millrace.worker.entry;

import org.jspecify.annotations.NullMarked;
