package io.millrace.control.registry;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginId;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an origin's entry changes: by compare-and-set, then the events, then the picture and its listeners. Holds no lock
 * while the store is asked. Any thread.
 */
final class OriginChanges {

    static final String SYSTEM = "system";

    private final KnownOrigins origins;
    private final OriginPicture picture;
    private final RestoreWindow restoring;
    private final EventLog events;
    private final SteadyClock clock;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    OriginChanges(
            KnownOrigins origins, OriginPicture picture, RestoreWindow restoring, EventLog events, SteadyClock clock) {
        this.origins = origins;
        this.picture = picture;
        this.restoring = restoring;
        this.events = events;
        this.clock = clock;
    }

    /** What becomes of an entry. */
    sealed interface Change {

        record Keep() implements Change {}

        /** @param kind an event to record besides a change of the state; null if there is none */
        record Write(KnownOrigin after, @Nullable EventKind kind, String message) implements Change {}

        record Delete(String actor, String why) implements Change {}

        static Change keep() {
            return new Keep();
        }

        static Change to(KnownOrigin after) {
            return new Write(after, null, "");
        }

        static Change to(KnownOrigin after, @Nullable EventKind kind, String message) {
            return new Write(after, kind, message);
        }
    }

    /** @param changed whether the entry was written or deleted */
    record Outcome(boolean changed, Optional<KnownOrigin> before, Optional<KnownOrigin> after) {}

    /**
     * Changes one entry; {@link #show} makes it visible.
     *
     * @param decision asked again, about the newer entry, when another writer was faster
     */
    Outcome change(OriginId id, Function<Optional<KnownOrigin>, Change> decision) {
        while (true) {
            Versioned<KnownOrigin> stored = origins.stored(id).orElse(null);
            Optional<KnownOrigin> before = Optional.ofNullable(stored).map(Versioned::value);
            switch (decision.apply(before)) {
                case Change.Keep keep -> {
                    return new Outcome(false, before, before);
                }
                case Change.Write write -> {
                    Optional<KnownOrigin> after = Optional.of(write.after());
                    if (before.equals(after)) {
                        return new Outcome(false, before, after);
                    }
                    if (origins.write(stored, write.after())) {
                        written(before.orElse(null), write);
                        return new Outcome(true, before, after);
                    }
                }
                case Change.Delete delete -> {
                    if (stored == null) {
                        return new Outcome(false, before, before);
                    }
                    if (origins.delete(id, stored.version())) {
                        deleted(stored.value(), delete);
                        return new Outcome(true, before, Optional.empty());
                    }
                }
            }
        }
    }

    /** Changes one entry and shows it. */
    Outcome apply(OriginId id, Function<Optional<KnownOrigin>, Change> decision) {
        Outcome outcome = change(id, decision);
        show();
        return outcome;
    }

    /** Paints the picture anew if an entry looks different. */
    void show() {
        announce(picture.paintNews());
    }

    /** Paints the picture anew, since something else than an entry has changed. */
    void paint() {
        announce(picture.paint());
    }

    private void announce(boolean different) {
        if (different) {
            listeners.forEach(Runnable::run);
        }
    }

    void onShown(Runnable listener) {
        listeners.add(listener);
    }

    private void written(@Nullable KnownOrigin before, Change.Write write) {
        KnownOrigin after = write.after();
        if (write.kind() != null) {
            record(write.kind(), after, SYSTEM, write.message());
        }
        if (before == null) {
            return;
        }
        boolean damped = before.failures().phase() != after.failures().phase()
                && after.failures().phase() == Failures.Phase.PROBATION;
        if (before.state() != after.state() || damped) {
            String states = before.state().word() + " -> " + after.state().word();
            record(
                    EventKind.ORIGIN_STATE_CHANGED,
                    after,
                    SYSTEM,
                    states + ": " + after.standing().reason());
        }
    }

    private void deleted(KnownOrigin origin, Change.Delete delete) {
        restoring.removed(origin.id(), clock.instant());
        record(EventKind.ORIGIN_REMOVED, origin, delete.actor(), delete.why());
    }

    private void record(EventKind kind, KnownOrigin origin, String actor, String message) {
        events.record(kind, origin.id().value(), actor, origin.described().displayName() + " " + message);
    }
}
