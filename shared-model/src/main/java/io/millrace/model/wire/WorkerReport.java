package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.access.VhostUse;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a worker reports every few seconds, and at once when a publisher comes or goes:
 * {@code POST /internal/v1/workers/{worker}/reports}.
 *
 * @param tableVersion the table in use
 * @param streams all streams it carries, whole each time
 * @param opened sessions opened since the last report that was answered
 * @param closed ids of sessions that ended since then
 * @param observations origins that failed since then
 * @param done ids of directives carried out since then
 * @param use what it has of vhosts with limits
 */
public record WorkerReport(
        String instance,
        Phase phase,
        @Nullable String tableVersion,
        WorkerVitals vitals,
        List<StreamReport> streams,
        List<SessionReport> opened,
        List<String> closed,
        List<OriginObservation> observations,
        List<String> done,
        List<VhostUse> use) {

    public WorkerReport {
        phase = phase == null ? Phase.SERVING : phase;
        vitals = vitals == null ? WorkerVitals.NONE : vitals;
        streams = streams == null ? List.of() : List.copyOf(streams);
        opened = opened == null ? List.of() : List.copyOf(opened);
        closed = closed == null ? List.of() : List.copyOf(closed);
        observations = observations == null ? List.of() : List.copyOf(observations);
        done = done == null ? List.of() : List.copyOf(done);
        use = use == null ? List.of() : List.copyOf(use);
    }

    /** Of a cluster whose vhosts have no limits. */
    public WorkerReport(
            String instance,
            Phase phase,
            @Nullable String tableVersion,
            WorkerVitals vitals,
            List<StreamReport> streams,
            List<SessionReport> opened,
            List<String> closed,
            List<OriginObservation> observations,
            List<String> done) {
        this(instance, phase, tableVersion, vitals, streams, opened, closed, observations, done, List.of());
    }

    /** Where a worker is in its life. */
    public enum Phase {
        SERVING,
        DRAINING;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
