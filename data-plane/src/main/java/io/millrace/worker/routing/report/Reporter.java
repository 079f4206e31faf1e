package io.millrace.worker.routing.report;

import io.millrace.model.StreamKey;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerVitals;
import io.millrace.model.wire.WorkerWelcome;
import io.millrace.worker.access.limit.VhostLimiter;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionJournal;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.routing.Backoff;
import io.millrace.worker.routing.Conductor;
import io.millrace.worker.routing.client.ControlPlane;
import io.millrace.worker.routing.client.ControlPlaneException;
import io.millrace.worker.routing.table.CurrentTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Enrols, then reports every few seconds and at once when something happened that others must know. What was reported is forgotten
 * only when the control plane has answered. All its state lives on the conductor's thread.
 */
public final class Reporter {

    private static final Logger LOG = Logger.getLogger(Reporter.class);
    private static final Duration DEBOUNCE = Duration.ofMillis(50);
    private static final int UNKNOWN_WORKER = 404;

    private final ControlPlane controlPlane;
    private final Conductor conductor;
    private final CurrentTable table;
    private final WorkerIdentity identity;
    private final Subjects subjects;
    private final Directives directives;
    private final Backoff backoff;

    private final Map<ObservationKind, OriginObservation> observations = new LinkedHashMap<>();
    private Duration interval = Duration.ofMillis(ClusterSettings.DEFAULT.reportMillis());
    private String enrolledWith = "";
    private boolean enrolDue = true;
    private boolean inFlight;
    private boolean news;
    private boolean stopped;
    private @Nullable CompletableFuture<Void> lastReport;
    private Runnable cancelNext = () -> {};
    private @Nullable String loggedRefusal;

    /** What it reports about. */
    public record Subjects(
            SessionTable sessions,
            Drain drain,
            ListenerBoard listeners,
            Supplier<WorkerVitals> vitals,
            VhostLimiter limiter) {}

    /** Of many failures of one kind only the newest is reported: one failure counts as much as a hundred. */
    private record ObservationKind(io.millrace.model.OriginId origin, OriginObservation.Failure failure) {}

    public Reporter(
            ControlPlane controlPlane,
            Conductor conductor,
            CurrentTable table,
            WorkerIdentity identity,
            Subjects subjects,
            Consumer<StreamKey> forgetBinding,
            RandomGenerator random) {
        this.controlPlane = controlPlane;
        this.conductor = conductor;
        this.table = table;
        this.identity = identity;
        this.subjects = subjects;
        this.directives = new Directives(subjects.sessions(), subjects.drain(), () -> enrolDue = true, forgetBinding);
        this.backoff = new Backoff(random);
        subjects.sessions().onPublisherChange(this::soon);
        subjects.drain().onBegin("reports", this::soon);
        subjects.listeners().onChange(this::enrolAgain);
        subjects.limiter().onFull(this::soon);
    }

    public void start() {
        conductor.execute(this::send);
    }

    /** Any thread: an origin failed. */
    public void observed(OriginObservation observation) {
        conductor.execute(() -> {
            observations.put(new ObservationKind(observation.origin(), observation.failure()), observation);
            soonOnConductor();
        });
    }

    /** Any thread: something happened that others must know at once. */
    void soon() {
        conductor.execute(this::soonOnConductor);
    }

    private void enrolAgain() {
        conductor.execute(() -> {
            enrolDue = true;
            soonOnConductor();
        });
    }

    private void soonOnConductor() {
        if (news) {
            return;
        }
        news = true;
        if (!inFlight && backoff.isCalm()) {
            next(DEBOUNCE);
        }
    }

    private void next(Duration delay) {
        cancelNext.run();
        cancelNext = stopped ? () -> {} : conductor.after(delay, this::send);
    }

    private void send() {
        if (stopped || inFlight) {
            return;
        }
        inFlight = true;
        news = false;
        try {
            if (enrolDue) {
                enrol();
            } else {
                report();
            }
        } catch (RuntimeException e) {
            // An internal error in one report must not end reporting for good.
            inFlight = false;
            next(interval);
            throw e;
        }
    }

    /** The request has ended; the last report waits for that. */
    private void landed() {
        inFlight = false;
        next(interval);
        CompletableFuture<Void> waiting = lastReport;
        if (waiting != null) {
            conductor.execute(() -> sendLastReport(waiting));
        }
    }

    private void enrol() {
        // First forget the changes, then list: what changes in between is part of the next report too.
        enrolDue = false;
        subjects.sessions().journal().startOver();
        WorkerHello hello = new WorkerHello(
                identity.name(),
                identity.instance(),
                identity.version(),
                identity.zone(),
                identity.startedAt(),
                subjects.listeners().bound(),
                identity.management().get(),
                identity.api().get(),
                tableVersion(),
                table.table().map(RoutingTable::origins).orElse(List.of()),
                subjects.sessions().streamReports(),
                subjects.sessions().sessionReports());
        // Those that opened meanwhile may stand in the list: their end must be reported.
        subjects.sessions().journal().take();
        controlPlane
                .hello(hello)
                .whenCompleteAsync(
                        (welcome, error) -> {
                            landed();
                            if (welcome == null) {
                                enrolDue = true;
                                failed(error);
                                return;
                            }
                            welcomed(welcome);
                        },
                        conductor);
    }

    private void welcomed(WorkerWelcome welcome) {
        enrolledWith = welcome.controlPlane();
        accept(welcome.reportMillis());
        LOG.infof("enrolled worker=%s instance=%s controlPlane=%s", identity.name(), identity.instance(), enrolledWith);
        next(DEBOUNCE);
    }

    private void report() {
        String controlPlaneRun = enrolledWith;
        SessionJournal.Changes changes = subjects.sessions().journal().take();
        if (changes.overflowed()) {
            enrolDue = true;
            enrol();
            return;
        }
        List<OriginObservation> reported = List.copyOf(observations.values());
        List<String> done = directives.done();
        WorkerReport report = new WorkerReport(
                identity.instance(),
                subjects.drain().isDraining() ? WorkerReport.Phase.DRAINING : WorkerReport.Phase.SERVING,
                tableVersion(),
                subjects.vitals().get(),
                subjects.sessions().streamReports(),
                changes.opened(),
                changes.closed(),
                reported,
                done,
                subjects.limiter().use());
        controlPlane
                .report(report)
                .whenCompleteAsync(
                        (answer, error) -> {
                            landed();
                            if (answer == null) {
                                failed(error);
                                return;
                            }
                            subjects.sessions().journal().confirmed(changes.upTo());
                            observations.values().removeAll(reported);
                            directives.reported(done);
                            answered(answer, controlPlaneRun);
                        },
                        conductor);
    }

    private void answered(ReportAnswer answer, String controlPlaneRun) {
        accept(answer.reportMillis());
        if (!controlPlaneRun.equals(answer.controlPlane())) {
            enrolDue = true;
        }
        directives.carryOut(answer.directives());
        subjects.limiter().granted(answer.grants());
        boolean more = news || enrolDue || directives.hasNews();
        next(more ? DEBOUNCE : interval);
    }

    private void accept(int reportMillis) {
        backoff.reset();
        loggedRefusal = null;
        if (reportMillis > 0) {
            interval = Duration.ofMillis(reportMillis);
        }
    }

    private void failed(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (cause instanceof ControlPlaneException refusal && refusal.status() != 0) {
            if (refusal.status() == UNKNOWN_WORKER) {
                enrolDue = true;
            }
            String message = String.valueOf(refusal.getMessage());
            // Of a wrong token and of a control plane in trouble the client has logged that it is unavailable.
            boolean logged = refusal.status() == 401 || refusal.status() >= 500;
            if (!logged && !message.equals(loggedRefusal)) {
                loggedRefusal = message;
                LOG.warnf("report refused by the control plane: %s", message);
            }
        }
        next(backoff.next());
    }

    private @Nullable String tableVersion() {
        return table.table().map(current -> current.version().toString()).orElse(null);
    }

    /** Reports a last time, so that the control plane need not wait for a timeout; completes in any case. */
    public CompletableFuture<Void> lastReport() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        conductor.execute(() -> {
            stopped = true;
            cancelNext.run();
            lastReport = done;
            if (!inFlight) {
                sendLastReport(done);
            }
        });
        return done;
    }

    private void sendLastReport(CompletableFuture<Void> done) {
        lastReport = null;
        if (enrolDue) {
            done.complete(null);
            return;
        }
        SessionJournal.Changes changes = subjects.sessions().journal().take();
        controlPlane
                .report(new WorkerReport(
                        identity.instance(),
                        WorkerReport.Phase.DRAINING,
                        tableVersion(),
                        subjects.vitals().get(),
                        subjects.sessions().streamReports(),
                        changes.opened(),
                        changes.closed(),
                        List.copyOf(observations.values()),
                        directives.done()))
                .whenComplete((answer, error) -> done.complete(null));
    }
}
