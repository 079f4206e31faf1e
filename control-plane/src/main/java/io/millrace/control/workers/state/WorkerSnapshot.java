package io.millrace.control.workers.state;

import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerVitals;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker at one moment.
 *
 * @param controlPlane the run of the control plane that it reports to
 * @param hello how it enrolled, without what it carried then
 * @param streams how many it carries
 * @param appliedTable null when it has none, or none that this control plane can read
 * @param rejectedTable the last one it refused, until it applied a newer one
 */
public record WorkerSnapshot(
        String controlPlane,
        WorkerHello hello,
        WorkerPhase phase,
        boolean drainRequested,
        Instant enrolledAt,
        Instant lastHeardAt,
        WorkerVitals vitals,
        int streams,
        int sessions,
        @Nullable TableVersion appliedTable,
        @Nullable RejectedTable rejectedTable,
        int pendingDirectives) {

    public WorkerSnapshot asLost() {
        return new WorkerSnapshot(
                controlPlane,
                hello,
                WorkerPhase.LOST,
                false,
                enrolledAt,
                lastHeardAt,
                vitals,
                0,
                0,
                appliedTable,
                rejectedTable,
                0);
    }
}
