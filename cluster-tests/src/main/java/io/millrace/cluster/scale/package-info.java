/**
 * How the control plane bears a large deployment: origins that beat, workers that enrol, wait for tables and report, and resolves at a
 * steady rate, all simulated by few threads over plain sockets, against control planes that are real processes. What a class of this
 * package does with connections happens on its {@link io.millrace.cluster.scale.Loop}. May depend on the harness and on the
 * histogram and the resolve load of {@code load}.
 */
@NullMarked
package io.millrace.cluster.scale;

import org.jspecify.annotations.NullMarked;
