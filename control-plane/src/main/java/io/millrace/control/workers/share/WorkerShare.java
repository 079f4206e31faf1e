package io.millrace.control.workers.share;

import io.millrace.control.workers.state.RejectedTable;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.StreamReport;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerVitals;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the control plane that it reports to tells the others of it. The entry that was written last says whose the worker is.
 *
 * @param controlPlane the run of the control plane that it reports to
 * @param hello how it enrolled, without what it carried then
 * @param heardAt when it reported what stands here, by that control plane's clock
 */
public record WorkerShare(
        String controlPlane,
        WorkerHello hello,
        WorkerPhase phase,
        boolean drainRequested,
        Instant enrolledAt,
        Instant heardAt,
        WorkerVitals vitals,
        SharedStreams streams,
        int streamCount,
        int sessions,
        @Nullable TableVersion appliedTable,
        @Nullable RejectedTable rejectedTable,
        int pendingDirectives) {

    public static WorkerShare of(WorkerSnapshot worker, List<StreamReport> streams) {
        return new WorkerShare(
                worker.controlPlane(),
                worker.hello(),
                worker.phase(),
                worker.drainRequested(),
                worker.enrolledAt(),
                worker.lastHeardAt(),
                worker.vitals(),
                SharedStreams.of(streams),
                worker.streams(),
                worker.sessions(),
                worker.appliedTable(),
                worker.rejectedTable(),
                worker.pendingDirectives());
    }

    public WorkerSnapshot snapshot() {
        return new WorkerSnapshot(
                controlPlane,
                hello,
                phase,
                drainRequested,
                enrolledAt,
                heardAt,
                vitals,
                streamCount,
                sessions,
                appliedTable,
                rejectedTable,
                pendingDirectives);
    }
}
