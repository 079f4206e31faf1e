/**
 * Real processes for tests and benchmarks: control planes, workers, origins, players. Each is started on free ports, waits
 * until it serves, and is ended by {@code close} or, at the latest, with the JVM. Called from test threads; may depend on
 * shared-model and on nothing of either plane.
 */
@NullMarked
package io.millrace.cluster;

import org.jspecify.annotations.NullMarked;
