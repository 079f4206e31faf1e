package io.millrace.control.workers.share;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.workers.state.Worker;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tells the other control planes of the workers that report here, seldom enough for the store. Nothing here fails because the store is
 * away. Called with the worker's monitor held.
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

    // Only the thread that looks for lost workers uses them.
    private StoreStatus seenStatus;
    private Instant storeSince = Instant.MIN;

    /** @param timeToLive longer than this control plane waits for a worker's report, so that its owner is the first to miss it */
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

    /** Whose a worker is. */
    public enum Ownership {
        OURS,
        /** It turned up at another control plane since. */
        THEIRS,
        /** The store is away: nobody can say. */
        UNSURE
    }

    /** Notes whether the store is still what it was; to be called about every second. */
    public void lookAtStore(Instant now) {
        StoreStatus current = status.get();
        if (storeSince.equals(Instant.MIN) || !current.equals(seenStatus)) {
            seenStatus = current;
            storeSince = now;
        }
    }

    /** When the store became what it is: what happened before may have been told to others who could not pass it on. */
    public Instant storeSince() {
        return storeSince;
    }

    /** How often the store did not take what was to be told. */
    public long failures() {
        return failures.get();
    }

    /** Claims a worker that has just enrolled here, whosever it was. */
    public void claim(Worker worker, List<StreamReport> streams, Instant now) {
        worker.shared.above(store.find(worker.name()).map(Versioned::version).orElse(Versioned.ABSENT));
        worker.shared.told(outline(worker, streams));
        write(worker, streams, now, true);
    }

    /** Tells of a report. THEIRS when the worker has enrolled elsewhere since it enrolled here. */
    public Ownership tell(Worker worker, List<StreamReport> streams, Instant now) {
        worker.shared.told(outline(worker, streams));
        if (!isDue(worker, worker.shared.hasNews(), now) && store.touch(worker.name(), timeToLive.get())) {
            return Ownership.OURS;
        }
        Ownership ownership = write(worker, streams, now, false);
        if (ownership == Ownership.UNSURE) {
            // What the store is told when it is back.
            store.touch(worker.name(), timeToLive.get());
        }
        return ownership;
    }

    /**
     * Tells what was left out to save the store.
     *
     * @param carried asked only if there may be something
     */
    public void catchUp(Worker worker, Supplier<List<StreamReport>> carried, Instant now) {
        if (worker.shared.hasNews() && isDue(worker, true, now)) {
            write(worker, carried.get(), now, false);
        }
    }

    /** Takes back what was told of a worker that is gone. OURS when it is gone for all. */
    public Ownership end(Worker worker) {
        try {
            long expected = worker.shared.version();
            for (int i = 0; i < MAX_TRIES; i++) {
                if (store.remove(worker.name(), expected)) {
                    return Ownership.OURS;
                }
                Optional<Versioned<WorkerShare>> stored = store.ask(worker.name());
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

    private Ownership write(Worker worker, List<StreamReport> streams, Instant now, boolean whosever) {
        if (!status.get().writable()) {
            failures.incrementAndGet();
            return Ownership.UNSURE;
        }
        WorkerShare share = WorkerShare.of(worker.snapshot(run), streams);
        long expected = worker.shared.version();
        for (int i = 0; i < MAX_TRIES; i++) {
            Outcome<WorkerShare> outcome;
            try {
                outcome = store.compareAndSet(worker.name(), expected, share, timeToLive.get());
            } catch (StoreUnavailableException away) {
                failures.incrementAndGet();
                return Ownership.UNSURE;
            }
            Versioned<WorkerShare> current = outcome.current();
            if (outcome.written() && current != null) {
                worker.shared.written(current.version(), now);
                return Ownership.OURS;
            }
            if (current != null && !whosever && !current.value().controlPlane().equals(run)) {
                return Ownership.THEIRS;
            }
            expected = current == null ? Versioned.ABSENT : current.version();
        }
        failures.incrementAndGet();
        return Ownership.UNSURE;
    }
}
