package io.millrace.control.workers;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.share.ShareWriter;
import io.millrace.control.workers.share.ShareWriter.Draft;
import io.millrace.control.workers.share.ShareWriter.Ownership;
import io.millrace.control.workers.share.WorkersElsewhere;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jboss.logging.Logger;

/**
 * Takes in what the workers that report here enrol with and report. A worker's monitor guards its state and is not held while the store is
 * asked, so two reports of one worker may overlap: what comes of the older one is then left out.
 */
final class WorkerReports {

    private static final Logger LOG = Logger.getLogger(WorkerReports.class);

    private final ConcurrentSkipListMap<String, Worker> workers;
    private final Origins origins;
    private final StreamDirectory streams;
    private final Patience patience;
    private final EventLog events;
    private final SteadyClock clock;
    private final String run;
    private final DirectiveIds ids;
    private final Optional<ShareWriter> shares;
    private final Optional<WorkersElsewhere> elsewhere;

    WorkerReports(
            ConcurrentSkipListMap<String, Worker> workers,
            Origins origins,
            StreamDirectory streams,
            Patience patience,
            EventLog events,
            SteadyClock clock,
            String run,
            DirectiveIds ids,
            Optional<ShareWriter> shares,
            Optional<WorkersElsewhere> elsewhere) {
        this.workers = workers;
        this.origins = origins;
        this.streams = streams;
        this.patience = patience;
        this.events = events;
        this.clock = clock;
        this.run = run;
        this.ids = ids;
        this.shares = shares;
        this.elsewhere = elsewhere;
    }

    WorkerWelcome hello(WorkerHello hello) {
        // Origins first: a binding needs the origin it points to.
        origins.restore(hello.knownOrigins());
        Instant now = clock.instant();
        String name = hello.worker();
        Worker worker = workers.computeIfAbsent(name, key -> new Worker(hello, clock));
        Optional<WorkerSnapshot> moved = elsewhere
                .flatMap(others -> others.find(name))
                .filter(other -> other.phase() != WorkerPhase.LOST
                        && other.hello().instance().equals(hello.instance()));
        boolean restless = isRestless(moved);
        String before;
        long news;
        Optional<Draft> draft;
        synchronized (worker) {
            before = previousRun(worker, hello, now);
            worker.enrol(hello);
            news = worker.news();
            if (moved.isPresent() && moved.get().drainRequested()) {
                worker.directives.add(Directive.drain(ids.next(), "asked before it came here"));
            }
            draft = shares.map(all -> all.draft(worker, hello.streams(), now));
        }
        draft.ifPresent(drafted -> shares.ifPresent(all -> all.claim(drafted, now)));
        List<Carried> carried = List.of();
        synchronized (worker) {
            if (worker.news() == news) {
                // A worker that left the listing meanwhile comes back.
                workers.put(name, worker);
                carried = streams.take(name, hello.streams());
            }
        }
        record(hello, before, moved, restless);
        settle(worker, news, carried);
        return new WorkerWelcome(run, patience.reportMillis());
    }

    private void record(WorkerHello hello, String before, Optional<WorkerSnapshot> moved, boolean restless) {
        String from = moved.map(other -> " comesFrom=" + other.controlPlane()).orElse("");
        String message = "enrolled instance=" + hello.instance() + " version=" + hello.version() + " streams="
                + hello.streams().size() + " sessions=" + hello.sessions().size() + before + from;
        if (restless) {
            LOG.debugf("enrolled again and again worker=%s: %s", hello.worker(), message);
        } else {
            events.record(EventKind.WORKER_ENROLLED, hello.worker(), "worker " + hello.worker(), message);
        }
    }

    /** Something may spread its requests over all control planes: then it enrols with each second report. */
    private boolean isRestless(Optional<WorkerSnapshot> moved) {
        return moved.isPresent()
                && elsewhere
                        .filter(others -> others.cameWithin(moved.get().hello().worker(), patience.ofTwoReports()))
                        .isPresent();
    }

    private String previousRun(Worker worker, WorkerHello hello, Instant now) {
        if (worker.instance().equals(hello.instance()) || worker.phase() == WorkerPhase.LOST) {
            return "";
        }
        long silent = Duration.between(worker.lastReportAt(), now).toMillis();
        return " replaces=" + worker.instance() + " silentMillis=" + silent
                + (silent < patience.reportMillis() ? " (do two workers run under one name?)" : "");
    }

    ReportAnswer report(String name, WorkerReport report) {
        // What it observed of origins counts, whether it is enrolled or not.
        report.observations().forEach(observation -> origins.observe(name, observation));
        Worker worker = workers.get(name);
        if (worker == null) {
            return answer(List.of(enrol("this control plane does not know worker " + name)));
        }
        Instant now = clock.instant();
        boolean beginsToDrain;
        long news;
        Optional<Draft> draft;
        synchronized (worker) {
            if (!worker.expects(report.instance())) {
                return answer(List.of(enrol("instance " + report.instance() + " of " + name + " is not enrolled")));
            }
            WorkerPhase before = worker.phase();
            worker.report(report);
            news = worker.news();
            beginsToDrain = worker.phase() == WorkerPhase.DRAINING && before != WorkerPhase.DRAINING;
            draft = shares.map(all -> all.draft(worker, report.streams(), now));
        }
        boolean enrolledElsewhere = draft.flatMap(
                        drafted -> shares.map(all -> all.share(drafted, now) == Ownership.THEIRS))
                .orElse(false);
        List<Carried> carried = List.of();
        synchronized (worker) {
            if (worker.news() == news) {
                if (enrolledElsewhere) {
                    workers.remove(name, worker);
                    return answer(List.of(enrol("worker " + name + " has enrolled elsewhere meanwhile")));
                }
                carried = streams.take(name, report.streams());
            }
        }
        if (beginsToDrain) {
            events.record(EventKind.WORKER_DRAINING, name, "worker " + name, "drains");
        }
        return answer(settle(worker, news, carried));
    }

    /** What the worker is asked to do, with what follows from the bindings. */
    private List<Directive> settle(Worker worker, long news, List<Carried> carried) {
        List<Eviction> evictions = streams.settle(carried);
        synchronized (worker) {
            if (worker.news() == news) {
                int noRoom = worker.directives.evict(evictions, ids::next);
                if (noRoom > 0) {
                    LOG.warnf(
                            "too many directives worker=%s pending=%d leftForTheNextReport=%d",
                            worker.name(), worker.directives.size(), noRoom);
                }
            }
            return worker.directives.next();
        }
    }

    private ReportAnswer answer(List<Directive> directives) {
        return new ReportAnswer(run, patience.reportMillis(), directives);
    }

    private Directive enrol(String reason) {
        return Directive.enrol(ids.next(), reason);
    }
}
