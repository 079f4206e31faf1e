/**
 * Processes that are killed, frozen, slow or cut off, clocks that are set, and stores that are unavailable. The drills take longer than a
 * test may and have a command of their own.
 */
@NullMarked
package io.millrace.cluster.outage;

import org.jspecify.annotations.NullMarked;
