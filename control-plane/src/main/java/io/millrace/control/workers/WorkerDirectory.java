package io.millrace.control.workers;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.share.ShareWriter;
import io.millrace.control.workers.share.ShareWriter.Ownership;
import io.millrace.control.workers.share.WorkerSharing;
import io.millrace.control.workers.share.WorkersElsewhere;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.StandIn;
import io.millrace.model.wire.StreamReport;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** All workers, by name: those that report here, and those of which other control planes tell. */
public final class WorkerDirectory {

    private static final Logger LOG = Logger.getLogger(WorkerDirectory.class);

    private static final int MISSED_REPORTS = 3;

    /** For garbage collection, the network and a debounced report on top of the missed ones. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private static final Duration LOST_KEPT = Duration.ofMinutes(10);

    private final Origins origins;
    private final StreamDirectory streams;
    private final ConfigRepository config;
    private final EventLog events;
    private final SteadyClock clock;
    private final ControlPlaneRun run;
    private final ConcurrentSkipListMap<String, Worker> workers = new ConcurrentSkipListMap<>();
    private final DirectiveIds ids;
    private final WorkerOrders orders;
    private final WorkerListing listing;
    private final Optional<ShareWriter> shares;
    private final Optional<WorkersElsewhere> elsewhere;

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
        this.origins = origins;
        this.streams = streams;
        this.config = config;
        this.events = events;
        this.clock = clock;
        this.run = run;
        this.shares = sharing.map(with -> new ShareWriter(
                with.store(), with.status(), run.id(), () -> patience().multipliedBy(2)));
        this.elsewhere = sharing.map(
                with -> new WorkersElsewhere(with.store(), run.id(), clock, new Neighbours(with.speaksForTheDead())));
        this.ids = new DirectiveIds(run.id());
        this.orders = new WorkerOrders(workers, ids, events);
        this.listing = new WorkerListing(workers, elsewhere, run.id());
        shares.ifPresent(all -> all.lookAtStore(clock.instant()));
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
        // Origins first: a binding needs the origin it points to.
        origins.restore(hello.knownOrigins());
        Instant now = clock.instant();
        Worker worker = workers.computeIfAbsent(hello.worker(), name -> new Worker(hello, clock));
        synchronized (worker) {
            Optional<WorkerSnapshot> moved = elsewhere
                    .flatMap(others -> others.find(hello.worker()))
                    .filter(other -> other.phase() != WorkerPhase.LOST
                            && other.hello().instance().equals(hello.instance()));
            boolean restless = isRestless(moved);
            String before = previousRun(worker, hello, now);
            worker.enrol(hello);
            if (moved.isPresent() && moved.get().drainRequested()) {
                worker.directives.add(Directive.drain(ids.next(), "asked before it came here"));
            }
            shares.ifPresent(all -> all.claim(worker, hello.streams(), now));
            // A worker that was dropped from the listing between the two lines above comes back.
            workers.put(hello.worker(), worker);
            tellOf(hello, before, moved, restless);
            evict(worker, streams.report(hello.worker(), hello.streams()));
        }
        return new WorkerWelcome(run.id(), reportMillis());
    }

    private void tellOf(WorkerHello hello, String before, Optional<WorkerSnapshot> moved, boolean restless) {
        String from = moved.map(other -> " comesFrom=" + other.controlPlane()).orElse("");
        String message = "enrolled instance=" + hello.instance() + " version=" + hello.version() + " streams="
                + hello.streams().size() + " sessions=" + hello.sessions().size() + before + from;
        if (restless) {
            LOG.debugf("worker %s changes over again and again: %s", hello.worker(), message);
        } else {
            events.record(EventKind.WORKER_ENROLLED, hello.worker(), "worker " + hello.worker(), message);
        }
    }

    /** Something may spread its requests over all control planes: then it enrols with each second report. */
    private boolean isRestless(Optional<WorkerSnapshot> moved) {
        Duration lately = Duration.ofMillis(2L * reportMillis()).plus(SLACK);
        return moved.isPresent()
                && elsewhere
                        .filter(others -> others.cameWithin(moved.get().hello().worker(), lately))
                        .isPresent();
    }

    private String previousRun(Worker worker, WorkerHello hello, Instant now) {
        if (worker.instance().equals(hello.instance()) || worker.phase() == WorkerPhase.LOST) {
            return "";
        }
        long silent = Duration.between(worker.lastHeardAt(), now).toMillis();
        return " replaces=" + worker.instance() + " silentMillis=" + silent
                + (silent < reportMillis() ? " (do two workers run under one name?)" : "");
    }

    public ReportAnswer report(String name, WorkerReport report) {
        // What it saw of origins counts whoever it is.
        report.observations().forEach(observation -> origins.observe(name, observation));
        Worker worker = workers.get(name);
        if (worker == null) {
            return answer(List.of(enrol("this control plane does not know worker " + name)));
        }
        synchronized (worker) {
            if (!worker.expects(report.instance())) {
                return answer(List.of(enrol("instance " + report.instance() + " of " + name + " is not enrolled")));
            }
            WorkerPhase before = worker.phase();
            Instant now = clock.instant();
            worker.report(report);
            if (shares.filter(all -> all.tell(worker, report.streams(), now) == Ownership.THEIRS)
                    .isPresent()) {
                workers.remove(name, worker);
                return answer(List.of(enrol("worker " + name + " has enrolled elsewhere meanwhile")));
            }
            if (worker.phase() == WorkerPhase.DRAINING && before != WorkerPhase.DRAINING) {
                events.record(EventKind.WORKER_DRAINING, name, "worker " + name, "drains");
            }
            evict(worker, streams.report(name, report.streams()));
            return answer(worker.directives.next());
        }
    }

    private void evict(Worker worker, List<Eviction> evictions) {
        int noRoom = worker.directives.evict(evictions, ids::next);
        if (noRoom > 0) {
            LOG.warnf(
                    "worker %s: directives pending=%d, left for the next report=%d",
                    worker.name(), worker.directives.size(), noRoom);
        }
    }

    private ReportAnswer answer(List<Directive> directives) {
        return new ReportAnswer(run.id(), reportMillis(), directives);
    }

    private Directive enrol(String reason) {
        return Directive.enrol(ids.next(), reason);
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

    /** Finds the workers that stopped reporting; called every second. */
    public void findLost() {
        Instant now = clock.instant();
        Duration patience = patience();
        shares.ifPresent(all -> all.lookAtStore(now));
        for (Worker worker : workers.values()) {
            synchronized (worker) {
                Duration silent = Duration.between(worker.lastHeardAt(), now);
                if (worker.phase() == WorkerPhase.LOST) {
                    if (silent.compareTo(LOST_KEPT) > 0) {
                        workers.remove(worker.name(), worker);
                    }
                } else if (silent.compareTo(patience) > 0) {
                    missed(worker, silent, now);
                } else if (silent.toMillis() < 2L * reportMillis()) {
                    shares.ifPresent(all -> all.catchUp(worker, () -> streams.reported(worker.name()), now));
                }
            }
        }
        elsewhere.ifPresent(others -> others.sweep(LOST_KEPT));
    }

    /** It is lost, unless it reports to another control plane now. */
    private void missed(Worker worker, Duration silent, Instant now) {
        boolean told = shares.map(all -> Duration.between(all.storeSince(), now).compareTo(patience()) > 0)
                .orElse(true);
        if (!told) {
            // It may be at one that could not say so yet.
            return;
        }
        switch (shares.map(all -> all.end(worker)).orElse(Ownership.OURS)) {
            case OURS -> lose(worker, silent);
            case THEIRS -> workers.remove(worker.name(), worker);
            case UNSURE -> LOG.debugf("worker %s is silent, and the store cannot say where it reports", worker.name());
        }
    }

    private void lose(Worker worker, Duration silent) {
        int sessions = worker.sessions.size();
        String how = lostHow(worker.phase(), silent, sessions);
        worker.lost();
        streams.forget(worker.name());
        events.record(EventKind.WORKER_LOST, worker.name(), "system", how);
    }

    private static String lostHow(WorkerPhase phase, Duration silent, int sessions) {
        return (phase == WorkerPhase.DRAINING ? "gone after draining" : "stopped reporting") + " silentMillis="
                + silent.toMillis() + " sessions=" + sessions;
    }

    /** What the other control planes tell. Called by the store: no monitor of a worker may be taken here. */
    private final class Neighbours implements WorkersElsewhere.Listener {

        private final BooleanSupplier speaksForTheDead;

        private Neighbours(BooleanSupplier speaksForTheDead) {
            this.speaksForTheDead = speaksForTheDead;
        }

        @Override
        public void reportsElsewhere(WorkerSnapshot worker, List<StreamReport> carried, long version) {
            String name = worker.hello().worker();
            Worker own = workers.get(name);
            if (own != null) {
                if (own.shared.version() >= version) {
                    return;
                }
                if (workers.remove(name, own)) {
                    LOG.debugf("worker %s reports to control plane %s now", name, worker.controlPlane());
                }
            }
            streams.carriedElsewhere(name, carried);
        }

        @Override
        public void lostElsewhere(WorkerSnapshot worker, boolean expired) {
            String name = worker.hello().worker();
            if (workers.containsKey(name)) {
                return;
            }
            streams.forget(name);
            if (expired && speaksForTheDead.getAsBoolean()) {
                Duration silent = Duration.between(worker.lastHeardAt(), clock.shown(clock.instant()));
                events.record(
                        EventKind.WORKER_LOST,
                        name,
                        "system",
                        lostHow(worker.phase(), silent, worker.sessions()) + ", as has control plane "
                                + worker.controlPlane());
            }
        }
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
    public Optional<StandIn> standIn(String forWorker) {
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

    private Duration patience() {
        return Duration.ofMillis((long) MISSED_REPORTS * reportMillis()).plus(SLACK);
    }

    private int reportMillis() {
        return config.current().settings().reportMillis();
    }
}
