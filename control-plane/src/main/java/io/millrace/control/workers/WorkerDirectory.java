package io.millrace.control.workers;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.quota.VhostQuotas;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.share.ShareWriter;
import io.millrace.control.workers.share.WorkerSharing;
import io.millrace.control.workers.share.WorkersElsewhere;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.AlternativeWorker;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All workers, by name: those that report here, and those of which other control planes tell. */
public final class WorkerDirectory {

    private final EventLog events;
    private final ConcurrentSkipListMap<String, Worker> workers = new ConcurrentSkipListMap<>();
    private final WorkerReports reports;
    private final LostWorkers lost;
    private final WorkerOrders orders;
    private final WorkerListing listing;
    private final Optional<ShareWriter> shares;
    private final Optional<WorkersElsewhere> elsewhere;
    private final VhostQuotas quotas;
    private volatile int serving = 1;

    /** Of a control plane that runs alone. */
    public WorkerDirectory(
            Origins origins,
            StreamDirectory streams,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
            ControlPlaneRun run) {
        this(origins, streams, config, events, clock, run, Optional.empty());
    }

    public WorkerDirectory(
            Origins origins,
            StreamDirectory streams,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
            ControlPlaneRun run,
            Optional<WorkerSharing> sharing) {
        this.events = events;
        this.quotas = new VhostQuotas(() -> new VhostQuotas.Picture(
                config.current().settings().limits(), config.current().vhosts()));
        Patience patience = new Patience(config);
        DirectiveIds ids = new DirectiveIds(run.id());
        this.shares = sharing.map(with -> new ShareWriter(
                with.store(),
                with.status(),
                run.id(),
                () -> patience.untilLost().multipliedBy(2)));
        this.lost = new LostWorkers(workers, streams, patience, events, clock, shares);
        this.elsewhere = sharing.map(
                with -> new WorkersElsewhere(with.store(), run.id(), clock, lost.neighbours(with.reportsLosses())));
        this.reports =
                new WorkerReports(workers, origins, streams, patience, events, clock, run.id(), ids, shares, elsewhere);
        this.orders = new WorkerOrders(workers, ids, events);
        this.listing = new WorkerListing(workers, elsewhere, run.id());
        elsewhere.ifPresent(WorkersElsewhere::follow);
        origins.workersCountedBy(this::serving);
    }

    private int serving() {
        return (int) listing.all().stream()
                .filter(worker -> worker.phase() != WorkerPhase.LOST)
                .count();
    }

    /** Takes a worker in, with all that it carries, in place of what was known of it. */
    public WorkerWelcome hello(WorkerHello hello) {
        return reports.hello(hello);
    }

    public ReportAnswer report(String name, WorkerReport report) {
        ReportAnswer answer = reports.report(name, report);
        boolean isEnrolled = answer.directives().stream().noneMatch(one -> one.action() == Directive.Action.ENROL);
        return isEnrolled
                ? new ReportAnswer(
                        answer.controlPlane(),
                        answer.reportMillis(),
                        answer.directives(),
                        quotas.report(name, report.use(), serving))
                : answer;
    }

    /** @return false when that run of the worker is not enrolled */
    public boolean acknowledge(String name, TableAck ack) {
        Worker worker = workers.get(name);
        if (worker == null) {
            return false;
        }
        synchronized (worker) {
            if (!worker.expects(ack.instance())) {
                return false;
            }
            worker.acknowledge(ack);
        }
        if (!ack.applied()) {
            events.record(
                    EventKind.TABLE_REJECTED,
                    name,
                    "worker " + name,
                    "refused table " + ack.version() + ", keeps the one it has: " + ack.problem());
        }
        return true;
    }

    /** Finds the workers that stopped reporting; to be called every second. */
    public void findLost() {
        lost.find(elsewhere);
        serving = serving();
        quotas.refresh(
                workers.values().stream()
                        .filter(WorkerDirectory::reports)
                        .map(Worker::name)
                        .collect(Collectors.toSet()),
                () -> workers.values().stream().flatMap(worker -> worker.sessions.values().stream()));
    }

    private static boolean reports(Worker worker) {
        synchronized (worker) {
            return worker.phase() != WorkerPhase.LOST;
        }
    }

    /** How much workers have of vhosts with limits. */
    public VhostQuotas quotas() {
        return quotas;
    }

    /** Ends all sessions of a worker that reports here, and has it take no new ones. */
    public Order drain(String name, String actor) {
        return orders.drain(name, actor);
    }

    /**
     * Ends a session of a worker that reports here.
     *
     * @param workerName needed only when two workers use the same session id
     */
    public Order kick(String session, @Nullable String workerName, String actor) {
        return orders.kick(session, workerName, actor);
    }

    /** The worker with the fewest sessions among those that serve, are not asked to leave and said where clients reach them. */
    public Optional<AlternativeWorker> standIn(String forWorker) {
        return listing.standIn(forWorker);
    }

    /** All workers, ordered by name, lost ones included. */
    public List<WorkerSnapshot> all() {
        return listing.all();
    }

    public Optional<WorkerSnapshot> find(String name) {
        return listing.find(name);
    }

    /** Open sessions of the workers that report here, in order, beginning after a position. */
    public List<SessionEntry> sessions(@Nullable SessionPosition after, Predicate<SessionEntry> wanted, int limit) {
        return listing.sessions(after, wanted, limit);
    }

    /** How many open sessions of the workers that report here are wanted. */
    public int count(Predicate<SessionEntry> wanted) {
        return listing.count(wanted);
    }

    /**
     * Open sessions of the workers that report here, by worker and then by id.
     *
     * @param end the first one that is not wanted
     */
    public List<SessionEntry> page(Predicate<SessionEntry> wanted, int begin, int end) {
        return listing.page(wanted, begin, end);
    }

    /** How often the store did not take what was to be told of workers. */
    public long unsharedReports() {
        return shares.map(ShareWriter::failures).orElse(0L);
    }
}
