package io.millrace.control.streams.binding;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.Decision;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bindings in the store, and what goes with every change of one: its epoch, the event, the kept decision. The epoch of a binding is the
 * version under which the store has it, so all control planes draw epochs from one row, and a write that is late is refused. Any thread.
 */
public final class Bindings {

    /** For so long after a move the origin that a stream left may still report its publisher, which a worker has to end. */
    public static final Duration MOVE_GRACE = Duration.ofSeconds(30);

    private static final int PAGE = 500;

    private final KeyedStore<StreamKey, Binding> store;
    private final Origins origins;
    private final StreamSettings settings;
    private final EventLog events;
    private final SteadyClock clock;
    private final DecisionLog decisions;
    private final AtomicLong newestReported = new AtomicLong();
    private final AtomicLong newestStored = new AtomicLong();
    private final RecentMoves moves;

    /** Changed with the monitor held; asking whether there is anything to change needs none. */
    private final Map<StreamKey, Awaited> awaited = new ConcurrentHashMap<>();

    private final Map<OriginId, Integer> awaitedByOrigin = new ConcurrentHashMap<>();

    private record Awaited(OriginId origin, long epoch) {}

    public Bindings(
            KeyedStore<StreamKey, Binding> store,
            Origins origins,
            StreamSettings settings,
            EventLog events,
            SteadyClock clock) {
        this.store = store;
        this.origins = origins;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        this.decisions = new DecisionLog(settings.decisionsKept());
        this.moves = new RecentMoves(clock, MOVE_GRACE);
        store.subscribe(this::changed);
        StreamKey after = null;
        for (List<Entry<StreamKey, Binding>> page = list(after, PAGE); !page.isEmpty(); page = list(after, PAGE)) {
            page.forEach(entry -> stored(entry.stored().version()));
            after = page.getLast().key();
        }
    }

    public Optional<Versioned<Binding>> find(StreamKey stream) {
        return store.find(stream).map(Bindings::withEpoch);
    }

    public List<Entry<StreamKey, Binding>> list(@Nullable StreamKey after, int limit) {
        return store.list(after, limit).stream()
                .map(entry -> new Entry<>(entry.key(), withEpoch(entry.stored())))
                .toList();
    }

    public int size() {
        return store.size();
    }

    private static Versioned<Binding> withEpoch(Versioned<Binding> stored) {
        return new Versioned<>(stored.value().withEpoch(stored.version()), stored.version());
    }

    /** An epoch that a worker knows; none that is given out later may be lower, even if the store has lost what it gave before. */
    public void epochSeen(long epoch) {
        newestReported.accumulateAndGet(epoch, Math::max);
    }

    private void stored(long version) {
        newestStored.accumulateAndGet(version, Math::max);
    }

    private void raiseEpochs() {
        long reported = newestReported.get();
        if (reported > newestStored.get()) {
            store.versionsAbove(reported);
        }
    }

    /**
     * Makes or moves a binding.
     *
     * @param replaced what was stored when the decision was taken; null when nothing was
     * @return empty when another writer changed it meanwhile
     */
    public Optional<Binding> put(StreamKey stream, @Nullable Versioned<Binding> replaced, Assignment assignment) {
        raiseEpochs();
        OriginId origin = assignment.origin().id();
        Instant today = clock.shown(clock.instant());
        Binding written = new Binding(stream, origin, Binding.UNCONFIRMED, assignment.cause(), today);
        long expected = replaced == null ? Versioned.ABSENT : replaced.version();
        Outcome<Binding> outcome = store.compareAndSet(stream, expected, written, settings.bindingLinger());
        if (!outcome.written() || outcome.current() == null) {
            return Optional.empty();
        }
        noted(outcome.current());
        Binding next = withEpoch(outcome.current()).value();
        await(stream, new Awaited(origin, next.epoch()));
        decisions.add(new DecisionRecord(
                next.since(),
                stream,
                origin,
                next.epoch(),
                assignment.actor(),
                assignment.why(),
                assignment.placement()));
        events.record(
                replaced == null ? EventKind.STREAM_BOUND : EventKind.STREAM_MOVED,
                stream.toString(),
                assignment.actor(),
                "%s%s to %s epoch=%d: %s"
                        .formatted(
                                next.cause().word(),
                                replaced == null
                                        ? ""
                                        : " from "
                                                + origins.nameOf(
                                                        replaced.value().origin()),
                                assignment.origin().displayName(),
                                next.epoch(),
                                assignment.why()));
        return Optional.of(next);
    }

    /**
     * Gives a binding a new epoch, so that a decision by the one before is refused as late.
     *
     * @return empty when another writer changed it meanwhile
     */
    public Optional<Binding> renew(Versioned<Binding> stored) {
        raiseEpochs();
        Binding written = stored.value().withEpoch(Binding.UNCONFIRMED);
        Outcome<Binding> outcome =
                store.compareAndSet(written.stream(), stored.version(), written, settings.bindingLinger());
        if (!outcome.written() || outcome.current() == null) {
            return Optional.empty();
        }
        noted(outcome.current());
        return Optional.of(withEpoch(outcome.current()).value());
    }

    /** Whether a stream was bound to an origin and its publisher was not reported since. */
    public boolean isAwaitedOn(StreamKey stream, OriginId origin) {
        Awaited last = awaited.get(stream);
        return last != null && last.origin.equals(origin);
    }

    public boolean remove(Versioned<Binding> stored, String actor, String why) {
        Binding binding = stored.value();
        if (!removeQuietly(stored)) {
            return false;
        }
        events.record(
                EventKind.STREAM_UNBOUND,
                binding.stream().toString(),
                actor,
                "left " + origins.nameOf(binding.origin()) + ": " + why);
        return true;
    }

    /** For one of many that go for one reason, which an event tells once. */
    public boolean removeQuietly(Versioned<Binding> stored) {
        return store.remove(stored.value().stream(), stored.version());
    }

    /** Lets a binding live on; false if it has just ended. */
    public boolean touch(StreamKey stream) {
        return store.touch(stream, settings.bindingLinger());
    }

    /** Keeps a decision from which no binding came. */
    public void refused(StreamKey stream, String actor, Decision placement) {
        decisions.add(new DecisionRecord(
                clock.shown(clock.instant()), stream, null, 0, actor, placement.summary(), placement));
    }

    public DecisionLog decisions() {
        return decisions;
    }

    /** How many streams were bound to an origin of which no worker has reported a session yet. */
    public int awaitedOn(OriginId origin) {
        return awaitedByOrigin.getOrDefault(origin, 0);
    }

    /** A worker reports sessions of the stream, or its binding is gone: from now on the reports count. */
    public void arrived(StreamKey stream) {
        if (awaited.containsKey(stream)) {
            noLongerAwaited(stream);
        }
    }

    private synchronized void noLongerAwaited(StreamKey stream) {
        Awaited last = awaited.remove(stream);
        if (last != null) {
            awaitedByOrigin.computeIfPresent(last.origin, (id, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Of two writes of one stream, the later one may come here first. */
    private synchronized void await(StreamKey stream, Awaited next) {
        Awaited last = awaited.get(stream);
        if (last == null || last.epoch < next.epoch) {
            noLongerAwaited(stream);
            awaited.put(stream, next);
            awaitedByOrigin.merge(next.origin, 1, Integer::sum);
        }
    }

    private void noted(Versioned<Binding> written) {
        stored(written.version());
        if (written.value().cause() == Cause.MOVED) {
            moves.moved(written.value().stream(), written.version());
        }
    }

    /** When a stream was moved, as far as this control plane saw and if that was lately. */
    public Optional<Instant> movedAt(Binding binding) {
        if (binding.cause() == Cause.MOVED && binding.epoch() > newestStored.get()) {
            // The notice of it is still on its way.
            moves.moved(binding.stream(), binding.epoch());
        }
        return moves.at(binding.stream(), binding.epoch());
    }

    private void changed(Change<StreamKey, Binding> change) {
        Versioned<Binding> current = change.current();
        if (current != null) {
            noted(current);
            return;
        }
        arrived(change.key());
        if (change.expired()) {
            events.record(
                    EventKind.STREAM_UNBOUND,
                    change.key().toString(),
                    "system",
                    "no session for " + settings.bindingLinger().toSeconds() + " s");
        }
    }
}
