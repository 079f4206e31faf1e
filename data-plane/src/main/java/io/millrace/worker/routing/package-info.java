/**
 * What the rooms of routing share: the thread on which they keep their state, timers, back-off, settings.
 *
 * <p>{@code client} asks the control plane, {@code table} keeps the routing table, {@code resolve} finds the origin of a stream, and
 * {@code report} reports to the control plane what this worker carries. They depend on each other in this order only, and on this package.
 * May use {@code admin}, {@code settings} and {@code telemetry}; protocols may use {@code routing}.
 */
@NullMarked
package io.millrace.worker.routing;

import org.jspecify.annotations.NullMarked;
