package io.millrace.control.workers.share;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The workers that report to other control planes, as those share them. Follows the store on its threads and never waits: no
 * monitor of a worker is taken here.
 */
public final class WorkersElsewhere {

    private static final Logger LOG = Logger.getLogger(WorkersElsewhere.class);
    private static final int PAGE = 1_000;

    private final KeyedStore<String, WorkerShare> store;
    private final String run;
    private final SteadyClock clock;
    private final Listener listener;
    private final ConcurrentSkipListMap<String, Seen> workers = new ConcurrentSkipListMap<>();

    /** A worker that was shared by another control plane. */
    private sealed interface Seen {

        WorkerSnapshot worker();

        /** Of the newest entry. */
        long version();

        /** @param since when this control plane first saw it at that other one */
        record Reporting(WorkerSnapshot worker, long version, Instant since) implements Seen {}

        /** @param at when its entry went */
        record Lost(WorkerSnapshot worker, long version, Instant at) implements Seen {}
    }

    /** Is told after the picture here has changed; returns quickly. */
    public interface Listener {

        /** A worker reports elsewhere; here it may be dropped unless it enrolled here after that version was written. */
        void reportsElsewhere(WorkerSnapshot worker, List<StreamReport> carried, long version);

        /** @param expired the entry was not removed: the control plane that the worker reported to may have ended as well */
        void lostElsewhere(WorkerSnapshot worker, boolean expired);
    }

    public WorkersElsewhere(KeyedStore<String, WorkerShare> store, String run, SteadyClock clock, Listener listener) {
        this.store = store;
        this.run = run;
        this.clock = clock;
        this.listener = listener;
    }

    /** Begins with what is there. */
    public void follow() {
        var _ = store.subscribe(this::changed);
        String after = null;
        for (var page = store.list(after, PAGE); !page.isEmpty(); page = store.list(after, PAGE)) {
            for (Entry<String, WorkerShare> entry : page) {
                seen(entry.key(), entry.stored());
            }
            after = page.getLast().key();
        }
    }

    public Optional<WorkerSnapshot> find(String name) {
        return Optional.ofNullable(workers.get(name)).map(Seen::worker);
    }

    /** Whether a worker has come to the other control plane so lately. */
    public boolean cameWithin(String name, Duration lately) {
        return workers.get(name) instanceof Seen.Reporting reporting
                && reporting.since().plus(lately).isAfter(clock.instant());
    }

    public List<WorkerSnapshot> all() {
        return workers.values().stream().map(Seen::worker).toList();
    }

    /** Drops the lost from the listing some time later, and finds those whose end was not told. */
    public void sweep(Duration lostKept) {
        Instant longAgo = clock.instant().minus(lostKept);
        workers.forEach((name, seen) -> {
            switch (seen) {
                case Seen.Reporting reporting -> {
                    if (store.find(name).isEmpty()) {
                        gone(name, true);
                    }
                }
                case Seen.Lost lost -> {
                    if (lost.at().isBefore(longAgo)) {
                        workers.remove(name, lost);
                    }
                }
            }
        });
    }

    private void changed(Change<String, WorkerShare> change) {
        Versioned<WorkerShare> current = change.current();
        if (current == null) {
            gone(change.key(), change.expired());
        } else {
            seen(change.key(), current);
        }
    }

    private void seen(String name, Versioned<WorkerShare> stored) {
        if (stored.value().controlPlane().equals(run)) {
            workers.computeIfPresent(name, (key, before) -> before.version() < stored.version() ? null : before);
            return;
        }
        WorkerSnapshot told = stored.value().snapshot();
        Instant now = clock.instant();
        AtomicBoolean isNews = new AtomicBoolean();
        workers.compute(name, (key, before) -> {
            isNews.set(before == null || before.version() < stored.version());
            return isNews.get() ? new Seen.Reporting(told, stored.version(), since(before, told, now)) : before;
        });
        if (isNews.get()) {
            listener.reportsElsewhere(told, carried(stored.value()), stored.version());
        }
    }

    private static Instant since(@Nullable Seen before, WorkerSnapshot told, Instant now) {
        return before instanceof Seen.Reporting(WorkerSnapshot worker, long version, Instant since)
                        && worker.controlPlane().equals(told.controlPlane())
                ? since
                : now;
    }

    private static List<StreamReport> carried(WorkerShare share) {
        try {
            return share.streams().reports();
        } catch (IllegalArgumentException unreadable) {
            LOG.warnf(
                    "streams of a shared worker not read worker=%s controlPlane=%s why=\"%s\"",
                    share.hello().worker(), share.controlPlane(), unreadable.getMessage());
            return List.of();
        }
    }

    private void gone(String name, boolean expired) {
        if (workers.get(name) instanceof Seen.Reporting seen) {
            Seen lost = new Seen.Lost(seen.worker().asLost(), seen.version(), clock.instant());
            if (workers.replace(name, seen, lost)) {
                listener.lostElsewhere(seen.worker(), expired);
            }
        }
    }
}
