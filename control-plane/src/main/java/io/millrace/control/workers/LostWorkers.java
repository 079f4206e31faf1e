package io.millrace.control.workers;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.share.ShareWriter;
import io.millrace.control.workers.share.ShareWriter.Draft;
import io.millrace.control.workers.share.ShareWriter.Ownership;
import io.millrace.control.workers.share.WorkersElsewhere;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Finds workers that stopped reporting, here and elsewhere. A worker's monitor is not held while the store is asked: what was decided before
 * is decided again after, if a report has come meanwhile.
 */
final class LostWorkers {

    private static final Logger LOG = Logger.getLogger(LostWorkers.class);
    private static final Duration LOST_KEPT = Duration.ofMinutes(10);

    private final ConcurrentSkipListMap<String, Worker> workers;
    private final StreamDirectory streams;
    private final Patience patience;
    private final EventLog events;
    private final SteadyClock clock;
    private final Optional<ShareWriter> shares;

    LostWorkers(
            ConcurrentSkipListMap<String, Worker> workers,
            StreamDirectory streams,
            Patience patience,
            EventLog events,
            SteadyClock clock,
            Optional<ShareWriter> shares) {
        this.workers = workers;
        this.streams = streams;
        this.patience = patience;
        this.events = events;
        this.clock = clock;
        this.shares = shares;
        shares.ifPresent(all -> all.checkStore(clock.instant()));
    }

    /** To be called every second, by one at a time. */
    void find(Optional<WorkersElsewhere> elsewhere) {
        Instant now = clock.instant();
        shares.ifPresent(all -> all.checkStore(now));
        workers.values().forEach(worker -> check(worker, now));
        elsewhere.ifPresent(others -> others.sweep(LOST_KEPT));
    }

    private void check(Worker worker, Instant now) {
        boolean missed;
        long news;
        Optional<Draft> leftOut = Optional.empty();
        synchronized (worker) {
            Duration silent = Duration.between(worker.lastReportAt(), now);
            if (worker.phase() == WorkerPhase.LOST) {
                if (silent.compareTo(LOST_KEPT) > 0) {
                    workers.remove(worker.name(), worker);
                }
                return;
            }
            missed = silent.compareTo(patience.untilLost()) > 0;
            news = worker.news();
            if (!missed && silent.toMillis() < 2L * patience.reportMillis()) {
                leftOut = shares.flatMap(all -> all.leftOut(worker, () -> streams.reported(worker.name()), now));
            }
        }
        if (missed) {
            missed(worker, news, now);
        }
        leftOut.ifPresent(draft -> shares.ifPresent(all -> all.share(draft, now)));
    }

    /** It is lost, unless it reports to another control plane now. */
    private void missed(Worker worker, long news, Instant now) {
        boolean known = shares.map(
                        all -> Duration.between(all.storeSince(), now).compareTo(patience.untilLost()) > 0)
                .orElse(true);
        if (!known) {
            // It may report to one that could not share it yet.
            return;
        }
        Ownership ownership =
                shares.map(all -> all.end(worker.name(), worker.shared)).orElse(Ownership.OURS);
        synchronized (worker) {
            if (worker.news() != news) {
                return;
            }
            switch (ownership) {
                case OURS -> lose(worker, Duration.between(worker.lastReportAt(), now));
                case THEIRS -> workers.remove(worker.name(), worker);
                case UNSURE ->
                    LOG.debugf("worker silent, not decided while the store is unavailable worker=%s", worker.name());
            }
        }
    }

    private void lose(Worker worker, Duration silent) {
        int sessions = worker.sessions.size();
        String how = how(worker.phase(), silent, sessions);
        worker.lost();
        streams.forget(worker.name());
        events.record(EventKind.WORKER_LOST, worker.name(), "system", how);
    }

    private static String how(WorkerPhase phase, Duration silent, int sessions) {
        return (phase == WorkerPhase.DRAINING ? "gone after draining" : "stopped reporting") + " silentMillis="
                + silent.toMillis() + " sessions=" + sessions;
    }

    /** @param reportsLosses whether this control plane records a worker that was lost together with its control plane */
    WorkersElsewhere.Listener neighbours(BooleanSupplier reportsLosses) {
        return new Neighbours(reportsLosses);
    }

    /** What the other control planes share. Called by the store: no monitor of a worker may be taken here. */
    private final class Neighbours implements WorkersElsewhere.Listener {

        private final BooleanSupplier reportsLosses;

        private Neighbours(BooleanSupplier reportsLosses) {
            this.reportsLosses = reportsLosses;
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
                    LOG.debugf("worker reports elsewhere worker=%s controlPlane=%s", name, worker.controlPlane());
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
            if (expired && reportsLosses.getAsBoolean()) {
                Duration silent = Duration.between(worker.lastHeardAt(), clock.shown(clock.instant()));
                events.record(
                        EventKind.WORKER_LOST,
                        name,
                        "system",
                        how(worker.phase(), silent, worker.sessions()) + ", as has control plane "
                                + worker.controlPlane());
            }
        }
    }
}
