package io.millrace.control.streams.origins;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.OriginPublishers;
import io.millrace.control.streams.live.OriginPublishers.Direct;
import io.millrace.control.streams.live.OriginTroubles.Trouble;
import io.millrace.control.streams.live.PublisherNotice;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Takes in what origins report of their publishers, and binds the streams of those that came past the workers. Any thread. */
public final class OriginReports {

    private static final Logger LOG = Logger.getLogger(OriginReports.class);
    private static final Duration MAX_KEEP = Duration.ofSeconds(10);
    private static final int KEEPS_PER_LINGER = 3;

    private final StreamState state;
    private final Bindings bindings;
    private final OriginPublishers publishers;
    private final Origins origins;
    private final EventLog events;
    private final SteadyClock clock;
    private final Duration keepEvery;
    private final Map<OriginId, Incarnation> incarnations = new ConcurrentHashMap<>();

    /** Runs that origins named themselves; they know of a restart before their next heartbeat tells of it. */
    private final Map<OriginId, Run> runs = new ConcurrentHashMap<>();

    private volatile Others others = new Alone();
    private Instant keptAt;

    /** @param since when it was reported first */
    private record Run(String service, Instant since) {}

    /** Other control planes, with which reports to this one are shared. */
    interface Others {

        /** Must not wait. */
        void notice(PublisherNotice notice, Instant at);

        /** May wait for the store. */
        void listed(
                OriginId origin, Incarnation incarnation, Map<StreamKey, String> live, boolean complete, Instant asked);
    }

    /** A control plane that runs alone. */
    private static final class Alone implements Others {
        @Override
        public void notice(PublisherNotice notice, Instant at) {
            // There is no other.
        }

        @Override
        public void listed(
                OriginId origin,
                Incarnation incarnation,
                Map<StreamKey, String> live,
                boolean complete,
                Instant asked) {
            // There is no other.
        }
    }

    public OriginReports(StreamState state, EventLog events, StreamSettings settings, SteadyClock clock) {
        this.state = state;
        this.bindings = state.bindings();
        this.publishers = state.originPublishers();
        this.origins = state.origins();
        this.events = events;
        this.clock = clock;
        Duration third = settings.bindingLinger().dividedBy(KEEPS_PER_LINGER);
        this.keepEvery = third.compareTo(MAX_KEEP) < 0 ? third : MAX_KEEP;
        this.keptAt = clock.instant();
        origins.onChange(this::followOrigins);
    }

    /** From now on. */
    void shareWith(Others all) {
        others = all;
    }

    /**
     * @param service the run of the origin; empty if the origin does not name it
     * @param client how the origin names the publisher
     */
    public void published(StreamKey stream, OriginId origin, String service, String client) {
        Instant now = clock.instant();
        if (!service.isEmpty()) {
            runs(origin, service, now);
        }
        publishers.add(stream, origin, client, now);
        others.notice(new PublisherNotice(true, stream, origin, service, client), now);
        var _ = settle(stream);
    }

    /**
     * A publisher has left. Its stream's binding goes on for a while like every other, so that a publisher that comes back finds it.
     */
    public void unpublished(StreamKey stream, OriginId origin, String client) {
        Instant now = clock.instant();
        boolean last = publishers.remove(stream, origin, client, now);
        others.notice(new PublisherNotice(false, stream, origin, "", client), now);
        if (last) {
            var _ = settle(stream);
        }
    }

    /**
     * All streams that are live on an origin.
     *
     * @param live how the origin names the publisher of each
     * @param complete whether a stream that is not in the list is not live
     * @param asked when the origin was asked
     */
    public void listed(OriginId origin, Map<StreamKey, String> live, boolean complete, Instant asked) {
        List<StreamKey> gone = publishers.replace(origin, live, complete, asked);
        settle(live.keySet());
        settle(gone);
        origins.find(origin).ifPresent(known -> others.listed(origin, known.incarnation(), live, complete, asked));
    }

    /** What an origin reported to another control plane, which also writes the binding; if it cannot, {@link #keep} does. */
    void received(PublisherNotice notice, Duration ago) {
        Instant at = clock.instant().minus(ago);
        if (origins.find(notice.origin()).isEmpty()) {
            return;
        }
        if (!notice.service().isEmpty()) {
            Run known = runs.get(notice.origin());
            if (known != null && !known.service().equals(notice.service()) && at.isBefore(known.since())) {
                return;
            }
            runs(notice.origin(), notice.service(), at);
        }
        publishers.received(notice, at);
    }

    /** What an origin answered another control plane. */
    void received(ListHead list, Map<StreamKey, String> live, Instant asked) {
        boolean current = origins.find(list.origin())
                .filter(origin -> origin.state() != OriginState.DOWN)
                .map(Origin::incarnation)
                .filter(list.incarnation()::equals)
                .isPresent();
        if (current) {
            var _ = publishers.replace(list.origin(), live, list.complete(), asked);
        }
    }

    /** A publisher of another run than the one before: that one took its publishers along. */
    private void runs(OriginId origin, String service, Instant since) {
        boolean another = swapRun(origin, service, since)
                .filter(before -> !before.equals(service))
                .isPresent();
        if (another) {
            publishers.forget(origin);
        }
    }

    /** Notes which run an origin is; tells what it was noted as before. Of those who tell of a change at once, one finds it. */
    private Optional<String> swapRun(OriginId origin, String service, Instant since) {
        while (true) {
            Run before = runs.get(origin);
            if (before == null) {
                if (runs.putIfAbsent(origin, new Run(service, since)) == null) {
                    return Optional.empty();
                }
            } else if (before.service().equals(service) || runs.replace(origin, before, new Run(service, since))) {
                return Optional.of(before.service());
            }
        }
    }

    /** Extends the bindings of direct publishers; to be called about every second, by one at a time. */
    public void keep() {
        Instant now = clock.instant();
        if (Duration.between(keptAt, now).compareTo(keepEvery) >= 0) {
            keptAt = now;
            settle(publishers.streams());
        }
    }

    /** How many streams origins report, those that came through workers included. */
    public int size() {
        return publishers.size();
    }

    /** A run of an origin that has ended took its publishers along. */
    private void followOrigins() {
        for (Origin origin : origins.all()) {
            Incarnation before = incarnations.put(origin.id(), origin.incarnation());
            boolean restarted =
                    before != null && !before.equals(Incarnation.UNKNOWN) && !before.equals(origin.incarnation());
            String service = origin.incarnation().service();
            boolean news =
                    restarted && !swapRun(origin.id(), service, clock.instant()).equals(Optional.of(service));
            if (news || origin.state() == OriginState.DOWN) {
                publishers.forget(origin.id());
            }
        }
        incarnations.keySet().removeIf(id -> {
            boolean gone = origins.find(id).isEmpty();
            if (gone) {
                runs.remove(id);
                publishers.forget(id);
            }
            return gone;
        });
    }

    private void settle(Collection<StreamKey> streams) {
        for (StreamKey stream : streams) {
            if (!settle(stream)) {
                return;
            }
        }
    }

    /** False if the store takes nothing now; the report is known all the same, and {@link #keep} retries. */
    private boolean settle(StreamKey stream) {
        try {
            for (Direct direct : publishers.of(stream)) {
                Attempt.decide(stream, () -> settle(direct));
            }
            return true;
        } catch (StoreUnavailableException e) {
            LOG.debugf("reported stream not bound, retried later stream=%s why=\"%s\"", stream, e.getMessage());
            return false;
        }
    }

    /** Settles a binding with what an origin reports. */
    private Attempt<Boolean> settle(Direct direct) {
        Optional<Origin> origin = origins.find(direct.origin());
        // Between the list of streams and this lock it may have left.
        if (origin.isEmpty() || !state.publishers().isDirect(direct.stream(), direct.origin())) {
            return Attempt.done(false);
        }
        Versioned<Binding> stored = bindings.find(direct.stream()).orElse(null);
        if (stored == null) {
            return Attempt.ifWritten(bindings.put(direct.stream(), null, assignment(origin.get())), binding -> true);
        }
        Binding binding = stored.value();
        if (binding.origin().equals(direct.origin())) {
            bindings.arrived(direct.stream());
            return bindings.touch(direct.stream()) ? Attempt.done(true) : Attempt.again();
        }
        if (binding.cause() == Cause.MOVED && isLeaving(direct, binding)) {
            return Attempt.done(false);
        }
        if (state.publishers().isLive(direct.stream(), binding.origin())) {
            conflict(direct, binding, origin.get());
            return Attempt.done(false);
        }
        return Attempt.ifWritten(bindings.put(direct.stream(), stored, assignment(origin.get())), moved -> true);
    }

    private boolean isLeaving(Direct direct, Binding moved) {
        return bindings.movedAt(moved).filter(direct.since()::isBefore).isPresent()
                && state.troubles().of(moved.origin()).map(Trouble::what).isEmpty();
    }

    private void conflict(Direct direct, Binding binding, Origin origin) {
        if (publishers.markConflict(direct, binding.origin())) {
            events.record(
                    EventKind.STREAM_CONFLICT,
                    direct.stream().toString(),
                    actor(origin),
                    "live on %1$s, and a publisher connected to %2$s directly; %1$s keeps it"
                            .formatted(origins.nameOf(binding.origin()), origin.displayName()));
        }
    }

    private static Assignment assignment(Origin origin) {
        return new Assignment(origin, Cause.DIRECT, actor(origin), "a publisher connected to it directly", null);
    }

    private static String actor(Origin origin) {
        return "origin " + origin.displayName();
    }
}
