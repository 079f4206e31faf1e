/**
 * Metrics that more than one package feeds: origin connections, event loops, memory. Any thread may record. Uses no other
 * package of the worker; every package may use it.
 */
@NullMarked
package io.millrace.worker.telemetry;

import org.jspecify.annotations.NullMarked;
