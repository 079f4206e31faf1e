package io.millrace.control.registry;

import io.millrace.control.RebuildWindow;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The registry. Each origin is one entry of a store and changes by compare-and-set; one lock keeps changes, events and the
 * picture that everybody reads in the same order. Listeners are called outside it.
 */
public final class OriginRegistry implements Origins {

    private static final Logger LOG = Logger.getLogger(OriginRegistry.class);
    private static final String SYSTEM = "system";

    private final KnownOrigins origins;
    private final OriginPicture picture;
    private final ConfiguredOrigins configured;
    private final EventLog events;
    private final InstantSource clock;
    private final RegistrySettings settings;
    private final Liveness liveness;
    private final RestoreWindow restoring;

    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();

    private volatile boolean configPending;
    private Instant lastSweep;

    public OriginRegistry(
            KeyedStore<OriginId, KnownOrigin> store,
            ConfigRepository config,
            EventLog events,
            InstantSource clock,
            RegistrySettings settings,
            RebuildWindow rebuild,
            @Nullable StaticOrigin defaultBackend) {
        this.origins = new KnownOrigins(store);
        this.picture = new OriginPicture(origins, config);
        this.configured = new ConfiguredOrigins(config, defaultBackend);
        this.events = events;
        this.clock = clock;
        this.settings = settings;
        this.liveness = new Liveness(settings);
        this.restoring = new RestoreWindow(rebuild.end().plus(settings.timeToLive()));
        this.lastSweep = clock.instant();
        followConfigOrLater();
        config.onChange(this::followConfigOrLater);
    }

    @Override
    public List<Origin> all() {
        return picture.all();
    }

    @Override
    public Optional<Origin> find(OriginId id) {
        return picture.find(id);
    }

    /** Everything that is known of an origin, for those who manage it. */
    public Optional<KnownOrigin> known(OriginId id) {
        return origins.seen(id);
    }

    @Override
    public OriginLoad load(OriginId id) {
        return picture.load(id);
    }

    @Override
    public boolean unreachable(OriginId id) {
        return known(id).map(KnownOrigin::unreachable).orElse(false);
    }

    @Override
    public void carriedBy(Function<OriginId, Optional<Carried>> carried) {
        picture.carriedBy(carried);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** An origin registered, for the first time or again. */
    public void register(Registration registration) {
        changing(() -> {
            Instant now = clock.instant();
            restoring.registered(registration.id());
            KnownOrigin before = origins.stored(registration.id()).orElse(null);
            if (before == null) {
                KnownOrigin first = KnownOrigin.firstSeen(
                        registration.described(OriginState.UP), OriginSource.HEARTBEAT, "it registered", now);
                first = first.withSigns(first.signs().withBeat(now));
                return write(
                        null,
                        registration.figures() == null ? first : first.withFigures(registration.figures()),
                        EventKind.ORIGIN_REGISTERED,
                        "registered as " + registration.kind().word());
            }
            KnownOrigin next = before.source().isProbed()
                    ? before.withDescription(before.described().withIncarnation(registration.incarnation()))
                    : before.withDescription(registration.described(before.state()))
                            .withSource(OriginSource.HEARTBEAT);
            next = registration.figures() == null ? next : next.withFigures(registration.figures());
            Incarnation known = before.described().incarnation();
            boolean restarted = !known.equals(registration.incarnation()) && !known.equals(Incarnation.UNKNOWN);
            return transition(
                    before,
                    liveness.afterBeat(next, known, now),
                    restarted ? EventKind.ORIGIN_RESTARTED : null,
                    "restarted: service " + known.service() + " pid " + known.pid() + " is now service "
                            + registration.incarnation().service() + " pid "
                            + registration.incarnation().pid());
        });
    }

    @Override
    public void observe(String worker, OriginObservation observation) {
        try {
            take(worker, observation);
        } catch (StoreUnavailableException away) {
            // The worker itself keeps away from that origin for a while, and tells again if it is still so.
            LOG.debugf("not kept worker=%s origin=%s: %s", worker, observation.origin(), away.getMessage());
        }
    }

    private void take(String worker, OriginObservation observation) {
        changing(() -> {
            KnownOrigin before = origins.stored(observation.origin()).orElse(null);
            if (before == null || !before.described().incarnation().equals(observation.incarnation())) {
                return false;
            }
            String why = "worker " + worker + ": " + observation.failure().word()
                    + (observation.detail().isEmpty() ? "" : ", " + observation.detail());
            return transition(before, liveness.afterRefusal(before, why, clock.instant()), null, "");
        });
    }

    /** The result of a probe; null means that it connected. */
    void probed(OriginId id, @Nullable String failure) {
        changing(() -> {
            KnownOrigin before = origins.stored(id).orElse(null);
            return before != null
                    && before.source().isProbed()
                    && transition(before, liveness.afterProbe(before, failure, clock.instant()), null, "");
        });
    }

    @Override
    public void restore(Collection<Origin> known) {
        try {
            takeBack(known);
        } catch (StoreUnavailableException away) {
            LOG.debugf("not restored origins=%d: %s", known.size(), away.getMessage());
        }
    }

    private void takeBack(Collection<Origin> known) {
        changing(() -> {
            Instant now = clock.instant();
            boolean changed = false;
            for (Origin origin : known) {
                if (restoring.allows(origin.id(), now)
                        && origins.stored(origin.id()).isEmpty()) {
                    KnownOrigin restored = KnownOrigin.firstSeen(
                            origin.withState(OriginState.SUSPECT).withAdmission(Admission.OPEN),
                            OriginSource.RESTORED,
                            "a worker knew it; not heard of since this control plane started",
                            now);
                    changed |= write(null, restored, EventKind.ORIGIN_REGISTERED, "restored from a worker's table");
                }
            }
            return changed;
        });
    }

    /** Takes a heartbeat origin out of the list; false if it is not there any more. */
    public boolean remove(OriginId id, String actor) {
        boolean[] removed = new boolean[1];
        changing(() -> {
            removed[0] = delete(id, actor, "removed");
            return removed[0];
        });
        return removed[0];
    }

    /** Takes in what other control planes on the same store did. */
    void follow() {
        changing(origins::follow);
    }

    /** From now on {@link #sweep} is called here. Nobody may have watched before: the silence until now says nothing. */
    void beginWatching() {
        synchronized (lock) {
            lastSweep = Instant.MIN;
        }
    }

    /**
     * Looks who has been silent for too long. To be called every fraction of a second by one control plane of those that share a
     * store.
     */
    void sweep() {
        changing(() -> {
            Instant now = clock.instant();
            // Whoever was stopped himself (SIGSTOP, a sleeping machine, a clock that was set) has no right to call
            // others dead, nor has one whose store was away, since nobody's beats could be kept.
            boolean absent = lastSweep.isAfter(now) || lastSweep.isBefore(now.minus(settings.suspectAfter()));
            boolean changed = origins.follow();
            if (configPending) {
                changed |= followConfigured();
                configPending = false;
            }
            for (KnownOrigin before : origins.allSeen()) {
                if (absent) {
                    changed |= transition(before, liveness.afterOwnAbsence(before, now), null, "");
                } else if (liveness.isForgotten(before, now)) {
                    changed |= delete(
                            before.id(),
                            SYSTEM,
                            "forgotten: down since " + before.standing().since());
                } else {
                    changed |= transition(before, liveness.afterSilence(before, now), null, "");
                }
            }
            lastSweep = now;
            return changed;
        });
    }

    /** Those that have to be probed, since they do not beat. */
    List<KnownOrigin> probed() {
        return origins.allSeen().stream()
                .filter(origin -> origin.source().isProbed())
                .toList();
    }

    /** For those who only tell that something changed. */
    private void followConfigOrLater() {
        try {
            followConfig();
        } catch (StoreUnavailableException away) {
            configPending = true;
        }
    }

    /** Takes in what operators configured; called on every change of it, and by whoever wants to see his own change at once. */
    public void followConfig() {
        changing(this::followConfigured);
    }

    private boolean followConfigured() {
        Map<OriginId, KnownOrigin> wanted = configured.at(clock.instant());
        for (KnownOrigin known : probed()) {
            if (!wanted.containsKey(known.id())) {
                delete(known.id(), SYSTEM, "taken out of the configuration");
            }
        }
        wanted.values().forEach(this::follow);
        return true;
    }

    private void follow(KnownOrigin wanted) {
        KnownOrigin before = origins.stored(wanted.id()).orElse(null);
        if (before == null) {
            write(
                    null,
                    wanted,
                    EventKind.ORIGIN_REGISTERED,
                    "added as " + wanted.source().word());
            return;
        }
        KnownOrigin next = before.withDescription(
                        wanted.described().withIncarnation(before.described().incarnation()))
                .withSource(wanted.source());
        transition(before, next, null, "");
    }

    /**
     * The one place where an origin's state changes: keeps the new picture of it and, if the state is another, records why.
     *
     * @param kind an event to record besides; null if there is none
     * @return whether what others see of the origin changed
     */
    private boolean transition(KnownOrigin before, KnownOrigin after, @Nullable EventKind kind, String message) {
        if (after.equals(before)) {
            return false;
        }
        boolean changed = write(before, after, kind, message);
        if (before.state() != after.state()) {
            events.record(
                    EventKind.ORIGIN_STATE_CHANGED,
                    after.id().value(),
                    SYSTEM,
                    after.described().displayName() + " " + before.state().word() + " -> "
                            + after.state().word() + ": " + after.standing().reason());
        }
        return changed;
    }

    private boolean write(@Nullable KnownOrigin before, KnownOrigin after, @Nullable EventKind kind, String message) {
        origins.write(before, after);
        if (kind != null) {
            events.record(kind, after.id().value(), SYSTEM, after.described().displayName() + " " + message);
        }
        return before == null || !before.described().equals(after.described());
    }

    private boolean delete(OriginId id, String actor, String why) {
        Optional<KnownOrigin> deleted = origins.delete(id);
        deleted.ifPresent(origin -> {
            restoring.removed(id, clock.instant());
            events.record(
                    EventKind.ORIGIN_REMOVED,
                    id.value(),
                    actor,
                    origin.described().displayName() + " " + why);
        });
        return deleted.isPresent();
    }

    /** Runs a change under the lock; if it says that something changed, paints the picture anew and calls the listeners. */
    private void changing(BooleanSupplier change) {
        boolean changed;
        synchronized (lock) {
            changed = attempt(change) && picture.paint();
        }
        if (changed) {
            listeners.forEach(Runnable::run);
        }
    }

    private boolean attempt(BooleanSupplier change) {
        boolean again = false;
        while (true) {
            try {
                return change.getAsBoolean() || again;
            } catch (KnownOrigins.LostRace e) {
                // Another control plane on the same store was faster; what the change did so far stays and is not done
                // twice.
                origins.refresh();
                again = true;
            }
        }
    }
}
