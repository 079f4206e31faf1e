/**
 * Who changed what: an entry for each management write, also for one that was refused, in the store of all control planes. Operations name
 * themselves by {@link io.millrace.control.audit.Audited}; filters record them. Recording never waits, on any thread; a job writes what was recorded.
 * Resources and {@code srs.cluster} depend on this package; it depends on {@code security} for who the caller is.
 */
@NullMarked
package io.millrace.control.audit;

import org.jspecify.annotations.NullMarked;
