package io.millrace.control.workers.share;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.workers.state.SharedState;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Shares the workers that report here with the other control planes, seldom enough for the store: drafted under the worker's monitor,
 * written without it. Nothing here fails because the store is unavailable. Any thread.
 */
public final class ShareWriter {

    private static final int MAX_TRIES = 5;

    /**
     * How long figures alone may wait, a little less than three of the usual times between two reports; touches keep the entry meanwhile.
     * What all control planes write about all workers each of them has to read.
     */
    private static final Duration PACE = Duration.ofMillis(5_800);

    /** How long a stream that came or went may wait, so that a burst of them is one entry. */
    private static final Duration NEWS_PACE = Duration.ofMillis(200);

    /** A big entry is written less often: about 30 bytes to a stream, so that one worker costs the store no more than 100 KB/s. */
    private static final long PACE_NANOS_FOR_STREAM = 300_000;

    private static final long NEWS_PACE_NANOS_FOR_STREAM = 50_000;

    private final KeyedStore<String, WorkerShare> store;
    private final Supplier<StoreStatus> status;
    private final String run;
    private final Supplier<Duration> timeToLive;
    private final AtomicLong failures = new AtomicLong();

    // Only the job that finds lost workers uses them.
    private StoreStatus seenStatus;
    private Instant storeSince = Instant.MIN;

    /** @param timeToLive longer than this control plane waits for a report, so that the control plane that a worker reports to is the first to miss it */
    public ShareWriter(
            KeyedStore<String, WorkerShare> store,
            Supplier<StoreStatus> status,
            String run,
            Supplier<Duration> timeToLive) {
        this.store = store;
        this.status = status;
        this.seenStatus = status.get();
        this.run = run;
        this.timeToLive = timeToLive;
    }

    /** Where a worker reports. */
    public enum Ownership {
        OURS,
        /** It enrolled at another control plane since. */
        THEIRS,
        /** The store is unavailable, or written to just now. */
        UNSURE
    }

    /** Notes whether the store's status is still what it was; to be called about every second. */
    public void checkStore(Instant now) {
        StoreStatus current = status.get();
        if (storeSince.equals(Instant.MIN) || !current.equals(seenStatus)) {
            seenStatus = current;
            storeSince = now;
        }
    }

    /** When the store's status became what it is: what happened before may be known to others that could not share it. */
    public Instant storeSince() {
        return storeSince;
    }

    /** How often the store did not take what was to be shared. */
    public long failures() {
        return failures.get();
    }

    /**
     * What is to be shared of a worker, as it was at one moment.
     *
     * @param outline of the streams and the standing
     * @param due whether it is time to write it
     */
    public record Draft(
            String name,
            SharedState state,
            WorkerSnapshot worker,
            List<StreamReport> streams,
            long outline,
            boolean due) {}

    /** Drafts a report. Called with the worker's monitor held; never waits. */
    public Draft draft(Worker worker, List<StreamReport> streams, Instant now) {
        worker.shared.reported(outline(worker, streams));
        return draft(worker, streams, worker.shared.newest(), isDue(worker, worker.shared.hasNews(), now));
    }

    /**
     * Drafts what was left out to save the store. Called with the worker's monitor held; never waits.
     *
     * @param carried asked only if there may be something
     */
    public Optional<Draft> leftOut(Worker worker, Supplier<List<StreamReport>> carried, Instant now) {
        return worker.shared.hasNews() && isDue(worker, true, now)
                ? Optional.of(draft(worker, carried.get(), worker.shared.newest(), true))
                : Optional.empty();
    }

    private Draft draft(Worker worker, List<StreamReport> streams, long outline, boolean due) {
        return new Draft(worker.name(), worker.shared, worker.snapshot(run), streams, outline, due);
    }

    /** Claims a worker that has just enrolled here, wherever it reported before. */
    public void claim(Draft draft, Instant now) {
        draft.state.above(store.find(draft.name).map(Versioned::version).orElse(Versioned.ABSENT));
        var _ = write(draft, now, true);
    }

    /** Shares a report. THEIRS when the worker has enrolled elsewhere since it enrolled here. */
    public Ownership share(Draft draft, Instant now) {
        if (!draft.due && store.touch(draft.name, timeToLive.get())) {
            return Ownership.OURS;
        }
        Ownership ownership = write(draft, now, false);
        if (ownership == Ownership.UNSURE) {
            // The store gets it when it is back.
            store.touch(draft.name, timeToLive.get());
        }
        return ownership;
    }

    /** Removes the entry of a worker that is lost. OURS when it is lost for all. */
    public Ownership end(String name, SharedState state) {
        if (!state.begin()) {
            return Ownership.UNSURE;
        }
        try {
            long expected = state.version();
            for (int i = 0; i < MAX_TRIES; i++) {
                if (store.remove(name, expected)) {
                    return Ownership.OURS;
                }
                Optional<Versioned<WorkerShare>> stored = store.ask(name);
                if (stored.isEmpty()) {
                    return Ownership.OURS;
                }
                if (!stored.get().value().controlPlane().equals(run)) {
                    return Ownership.THEIRS;
                }
                expected = stored.get().version();
            }
            return Ownership.UNSURE;
        } catch (StoreUnavailableException away) {
            return Ownership.UNSURE;
        } finally {
            state.end();
        }
    }

    private static long outline(Worker worker, List<StreamReport> streams) {
        int standing = Objects.hash(worker.phase().word(), worker.directives.drains(), worker.rejectedTable());
        return SharedStreams.outline(streams) + standing;
    }

    private static boolean isDue(Worker worker, boolean news, Instant now) {
        Duration pace = news
                ? NEWS_PACE.plusNanos(NEWS_PACE_NANOS_FOR_STREAM * worker.streams())
                : PACE.plusNanos(PACE_NANOS_FOR_STREAM * worker.streams());
        return !now.isBefore(worker.shared.writtenAt().plus(pace));
    }

    private Ownership write(Draft draft, Instant now, boolean wherever) {
        if (!draft.state.begin()) {
            return Ownership.UNSURE;
        }
        try {
            return tryToWrite(draft, now, wherever);
        } finally {
            draft.state.end();
        }
    }

    private Ownership tryToWrite(Draft draft, Instant now, boolean wherever) {
        if (!status.get().writable()) {
            failures.incrementAndGet();
            return Ownership.UNSURE;
        }
        WorkerShare share = WorkerShare.of(draft.worker, draft.streams);
        long expected = draft.state.version();
        for (int i = 0; i < MAX_TRIES; i++) {
            Outcome<WorkerShare> outcome;
            try {
                outcome = store.compareAndSet(draft.name, expected, share, timeToLive.get());
            } catch (StoreUnavailableException away) {
                failures.incrementAndGet();
                return Ownership.UNSURE;
            }
            Versioned<WorkerShare> current = outcome.current();
            if (outcome.written() && current != null) {
                draft.state.written(current.version(), draft.outline, now);
                return Ownership.OURS;
            }
            if (current != null && !wherever && !current.value().controlPlane().equals(run)) {
                return Ownership.THEIRS;
            }
            expected = current == null ? Versioned.ABSENT : current.version();
        }
        failures.incrementAndGet();
        return Ownership.UNSURE;
    }
}
