package io.millrace.control.workers.state;

import io.millrace.control.time.SteadyClock;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerVitals;
import java.time.Instant;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** One worker's state. All fields but the sessions and {@link #shared} are guarded by the monitor of this object. */
public final class Worker {

    public final Directives directives = new Directives();

    /** Readable without the monitor, so that a listing does not hold up reports. */
    public final ConcurrentSkipListMap<String, SessionReport> sessions = new ConcurrentSkipListMap<>();

    /** What the store knows of this worker by this control plane. */
    public final SharedState shared = new SharedState();

    private final SteadyClock clock;
    private WorkerHello hello;
    private WorkerPhase phase = WorkerPhase.SERVING;
    private Instant enrolledAt;
    private Instant lastReportAt;
    private WorkerVitals vitals = WorkerVitals.NONE;
    private int streams;
    private @Nullable TableVersion appliedTable;
    private @Nullable RejectedTable rejectedTable;
    private long news;

    public Worker(WorkerHello hello, SteadyClock clock) {
        this.clock = clock;
        Instant now = clock.instant();
        this.hello = hello.withoutBurden();
        this.enrolledAt = now;
        this.lastReportAt = now;
    }

    public void enrol(WorkerHello next) {
        news++;
        Instant now = clock.instant();
        if (!next.instance().equals(hello.instance())) {
            directives.clear();
            rejectedTable = null;
            vitals = WorkerVitals.NONE;
        }
        hello = next.withoutBurden();
        phase = WorkerPhase.SERVING;
        enrolledAt = now;
        lastReportAt = now;
        appliedTable = readable(next.tableVersion());
        streams = next.streams().size();
        sessions.clear();
        next.sessions().forEach(session -> sessions.put(session.id(), session));
    }

    /** True for reports of the run that enrolled; a lost worker has to enrol again, since its sessions are forgotten. */
    public boolean expects(String instance) {
        return phase != WorkerPhase.LOST && hello.instance().equals(instance);
    }

    public void report(WorkerReport report) {
        news++;
        lastReportAt = clock.instant();
        phase = report.phase() == WorkerReport.Phase.DRAINING ? WorkerPhase.DRAINING : WorkerPhase.SERVING;
        vitals = report.vitals();
        streams = report.streams().size();
        appliedTable = readable(report.tableVersion());
        report.opened().forEach(session -> sessions.put(session.id(), session));
        report.closed().forEach(sessions::remove);
        directives.done(report.done());
        directives.sessionsEnded(report.closed());
        if (phase == WorkerPhase.DRAINING) {
            directives.drainBegun();
        }
    }

    public void acknowledge(TableAck ack) {
        lastReportAt = clock.instant();
        if (ack.applied()) {
            appliedTable = ack.version();
            rejectedTable = null;
        } else {
            rejectedTable = new RejectedTable(ack.version(), ack.problem(), clock.shown(lastReportAt));
        }
    }

    /** Changes with every enrolment and report: what was begun for one is over when the next has come. */
    public long news() {
        return news;
    }

    public void lost() {
        phase = WorkerPhase.LOST;
        streams = 0;
        sessions.clear();
        directives.clear();
    }

    public String name() {
        return hello.worker();
    }

    public String instance() {
        return hello.instance();
    }

    /** How many it carries; which, the directory of streams knows. */
    public int streams() {
        return streams;
    }

    public WorkerPhase phase() {
        return phase;
    }

    /** By the steady clock. */
    public Instant lastReportAt() {
        return lastReportAt;
    }

    @Nullable
    public RejectedTable rejectedTable() {
        return rejectedTable;
    }

    public WorkerSnapshot snapshot(String controlPlane) {
        return new WorkerSnapshot(
                controlPlane,
                hello,
                phase,
                directives.drains(),
                clock.shown(enrolledAt),
                clock.shown(lastReportAt),
                vitals,
                streams,
                sessions.size(),
                appliedTable,
                rejectedTable,
                directives.size());
    }

    private static @Nullable TableVersion readable(@Nullable String version) {
        try {
            return version == null ? null : TableVersion.parse(version);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }
}
