/**
 * What the management port shows: whether this control plane lives and is ready, with the reasons, and its metrics. Checks run
 * on Quarkus's worker threads, gauges on whichever thread scrapes. Nothing depends on this package.
 */
@NullMarked
package io.millrace.control.health;

import org.jspecify.annotations.NullMarked;
