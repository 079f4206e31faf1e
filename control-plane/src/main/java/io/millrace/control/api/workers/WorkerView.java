package io.millrace.control.api.workers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.routing.TableLag;
import io.millrace.control.workers.state.RejectedTable;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.Protocol;
import io.millrace.model.wire.WorkerVitals;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A worker as operators see it. */
@Schema(name = "Worker")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerView(
        @Schema(examples = "edge-7-11935") String name,
        @Schema(description = "One run of its process") String instance,
        String version,
        String zone,
        WorkerPhase phase,

        @Schema(description = "The control plane that it reports to", examples = "cp-1f2e3d4c5b6a")
        String controlPlane,

        @Schema(description = "An operator asked it to drain and it has not begun")
        boolean drainRequested,

        Instant startedAt,
        Instant enrolledAt,
        Instant lastHeardAt,

        @Schema(description = "Where it listens, by protocol")
        Map<Protocol, String> listeners,

        String management,

        @Schema(
                description = "Where clients reach its HTTP API; empty when nobody knows",
                examples = "http://192.0.2.7:11985")
        String api,

        WorkerVitals vitals,
        int streams,
        int sessions,
        Table table,

        @Schema(description = "The table it refused and why; absent when it took the last one") @Nullable
        RejectedTable rejectedTable,

        int pendingDirectives) {

    /**
     * @param version null when it has no table yet
     * @param versionsBehind null when its version is of another control plane
     * @param millisBehind since the first version it lacks was published
     */
    @Schema(name = "WorkerTable")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Table(
            @Schema(description = "The routing table in use", examples = "cp-1f2e3d4c5b6a:42") @Nullable
            String version,

            @Schema(description = "Absent when its table came from another control plane") @Nullable
            Long versionsBehind,

            @Schema(description = "Since the first version it lacks was published; 0 when it lacks none")
            long millisBehind) {}

    static WorkerView of(WorkerSnapshot worker, TableLag lag) {
        String version = worker.appliedTable() == null
                ? worker.hello().tableVersion()
                : worker.appliedTable().toString();
        return new WorkerView(
                worker.hello().worker(),
                worker.hello().instance(),
                worker.hello().version(),
                worker.hello().zone(),
                worker.phase(),
                worker.controlPlane(),
                worker.drainRequested(),
                worker.hello().startedAt(),
                worker.enrolledAt(),
                worker.lastHeardAt(),
                worker.hello().listeners(),
                worker.hello().management(),
                worker.hello().api(),
                worker.vitals(),
                worker.streams(),
                worker.sessions(),
                new Table(version, lag.versions(), lag.millis()),
                worker.rejectedTable(),
                worker.pendingDirectives());
    }
}
