package io.millrace.control.registry;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.liveness.PanicMode;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.liveness.Watched;
import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.OriginSource;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
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
    private final SteadyClock clock;
    private final RegistrySettings settings;
    private final Liveness liveness;
    private final ReportCounts counts = new ReportCounts();

    /** Only of the control plane that watches. */
    private final Map<OriginId, Watched> watched = new HashMap<>();

    private final RestoreWindow restoring;

    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();

    private volatile Consumer<KnownOrigin> checker = origin -> {};
    private volatile IntSupplier workers = () -> 0;
    private volatile boolean configPending;
    private Instant lastSweep;

    public OriginRegistry(
            KeyedStore<OriginId, KnownOrigin> store,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
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
        return picture.unreachable(id);
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
            Instant day = today();
            restoring.registered(registration.id());
            KnownOrigin before = origins.stored(registration.id()).orElse(null);
            if (before == null) {
                KnownOrigin first = KnownOrigin.firstSeen(
                        registration.described(OriginState.UP), OriginSource.HEARTBEAT, "it registered", day);
                first = first.withSigns(first.signs().withBeat(day));
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
                    liveness.afterBeat(next, known, day),
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
        boolean only = workers.getAsInt() < 2;
        boolean[] doubted = new boolean[1];
        changing(() -> {
            KnownOrigin before = origins.stored(observation.origin()).orElse(null);
            if (before == null || !before.described().incarnation().equals(observation.incarnation())) {
                return false;
            }
            KnownOrigin after = liveness.afterReport(before, worker, observation, only, today());
            doubted[0] = !after.equals(before) && !after.unreachable();
            return transition(before, after, null, "");
        });
        if (doubted[0]) {
            known(observation.origin()).ifPresent(checker);
        }
    }

    /** Says who probes an origin that a worker reported, at once and on whichever control plane heard of it. */
    void checkedBy(Consumer<KnownOrigin> prober) {
        checker = prober;
    }

    @Override
    public void workersCountedBy(IntSupplier count) {
        workers = count;
    }

    /** The result of the probe that followed a worker's report. */
    public void checked(OriginId id, Incarnation incarnation, ProbeResult result) {
        try {
            changing(() -> {
                KnownOrigin before = origins.stored(id).orElse(null);
                if (before == null || !before.described().incarnation().equals(incarnation)) {
                    return false;
                }
                KnownOrigin after = liveness.afterCheck(before, result, today());
                if (result.isAnswered()) {
                    contradicted(before);
                } else if (!after.equals(before)) {
                    counts.confirmed();
                }
                return transition(before, after, null, "");
            });
        } catch (StoreUnavailableException away) {
            LOG.debugf("not kept origin=%s probe=\"%s\": %s", id, result.detail(), away.getMessage());
        }
    }

    /** One line for each worker and origin, not for each attempt. */
    private void contradicted(KnownOrigin origin) {
        counts.contradicted();
        origin.failures().reports().stream()
                .filter(report -> report.times() == 1)
                .filter(report -> origin.failures().phase() == Failures.Phase.NONE)
                .forEach(report -> events.record(
                        EventKind.ORIGIN_REPORT_CONTRADICTED,
                        origin.id().value(),
                        SYSTEM,
                        origin.described().displayName() + " is not reached by " + report
                                + "; it answers probes, so only that worker leaves it"));
    }

    /** What came of workers' reports. */
    public ReportCounts reportCounts() {
        return counts;
    }

    /** The result of one of the regular probes. */
    public void probed(OriginId id, ProbeResult result) {
        if (result.outcome() == ProbeResult.Outcome.INCONCLUSIVE) {
            return;
        }
        try {
            changing(() -> {
                KnownOrigin before = origins.stored(id).orElse(null);
                if (before == null || !watched.containsKey(id)) {
                    return false;
                }
                Instant now = clock.instant();
                Watched next = looked(before, now).probed(before, result, now);
                KnownOrigin after = liveness.afterProbe(before, next, result, now, today());
                boolean changed = transition(before, after, null, "");
                watched.put(id, next);
                return changed;
            });
        } catch (StoreUnavailableException away) {
            LOG.debugf("not kept origin=%s probe=\"%s\": %s", id, result.detail(), away.getMessage());
        }
    }

    private Watched looked(KnownOrigin origin, Instant now) {
        Watched before = watched.get(origin.id());
        return before == null ? Watched.begin(origin, now) : before.look(origin, now);
    }

    /** What people read as the present. */
    private Instant today() {
        return clock.shown(clock.instant());
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
            Instant day = today();
            boolean changed = false;
            for (Origin origin : known) {
                if (restoring.allows(origin.id(), now)
                        && origins.stored(origin.id()).isEmpty()) {
                    KnownOrigin restored = KnownOrigin.firstSeen(
                            origin.withState(OriginState.SUSPECT).withAdmission(Admission.OPEN),
                            OriginSource.RESTORED,
                            "a worker knew it; not heard of since this control plane started",
                            day);
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
            watched.clear();
            lastSweep = clock.instant();
        }
    }

    /** Another control plane watches. */
    void endWatching() {
        synchronized (lock) {
            watched.clear();
        }
    }

    /**
     * Looks who has been silent for too long. To be called every fraction of a second by one control plane of those that share a
     * store.
     */
    public void sweep() {
        changing(() -> {
            Instant now = clock.instant();
            // Whoever could not look for so long has no right to call others dead, nor has one whose store was away,
            // since nobody's beats could be kept.
            boolean absent = lastSweep.isBefore(now.minus(settings.suspectAfter()));
            boolean changed = origins.follow();
            if (configPending) {
                changed |= followConfigured();
                configPending = false;
            }
            List<KnownOrigin> all = origins.allSeen();
            watched.keySet().retainAll(all.stream().map(KnownOrigin::id).collect(Collectors.toSet()));
            for (KnownOrigin before : all) {
                Watched seen = looked(before, now);
                seen = absent ? seen.excused(now) : seen;
                watched.put(before.id(), seen);
                changed |= afterTime(before, seen, now);
            }
            changed |= keepInPanic(now);
            lastSweep = now;
            return changed;
        });
    }

    private boolean afterTime(KnownOrigin before, Watched seen, Instant now) {
        boolean forgotten = !before.source().isProbed()
                && before.state() == OriginState.DOWN
                && Duration.between(seen.life().downSince(), now).compareTo(settings.forgetAfter()) > 0;
        return forgotten
                ? delete(
                        before.id(),
                        SYSTEM,
                        "forgotten: down since " + before.standing().since())
                : transition(before, liveness.afterTime(before, seen, now, today()), null, "");
    }

    private boolean keepInPanic(Instant now) {
        List<KnownOrigin> all = origins.allSeen();
        for (KnownOrigin origin : all) {
            watched.put(origin.id(), looked(origin, now));
        }
        Set<OriginId> kept = PanicMode.kept(all, watched, now);
        boolean before = all.stream().anyMatch(origin -> origin.standing().kept());
        boolean changed = false;
        for (KnownOrigin origin : all) {
            boolean keep = kept.contains(origin.id());
            if (keep != origin.standing().kept()) {
                changed |= transition(origin, origin.withKept(keep), null, "");
            }
        }
        if (before == kept.isEmpty()) {
            events.record(
                    EventKind.ORIGINS_PANIC,
                    "origins",
                    SYSTEM,
                    kept.isEmpty()
                            ? "ended: most origins live; the table has only those again"
                            : "began: " + kept.size() + " of " + all.size()
                                    + " origins look dead at once; the table keeps them, and workers find out for themselves");
        }
        return changed;
    }

    /** Origins that look dead and are kept in the table, since too many did at once; 0 when all is as usual. */
    public int kept() {
        return (int) origins.allSeen().stream()
                .filter(origin -> origin.standing().kept())
                .count();
    }

    /** How many are believed to be in that state. */
    public int count(OriginState state) {
        return (int) origins.allSeen().stream()
                .filter(origin -> origin.state() == state)
                .count();
    }

    /** Those that have to be probed: they do not register, or it is not certain that they live. */
    public List<KnownOrigin> uncertain() {
        return origins.allSeen().stream()
                .filter(origin -> origin.source().isProbed()
                        || origin.state() != OriginState.UP
                        || origin.failures().phase() != Failures.Phase.NONE
                        || !origin.failures().reports().isEmpty())
                .toList();
    }

    private List<KnownOrigin> ofOperators() {
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
        Map<OriginId, KnownOrigin> wanted = configured.at(today());
        for (KnownOrigin known : ofOperators()) {
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
        boolean damped = before.failures().phase() != after.failures().phase()
                && after.failures().phase() == Failures.Phase.PROBATION;
        if (before.state() != after.state() || damped) {
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
        return before == null
                || !before.described().equals(after.described())
                || before.unreachable() != after.unreachable()
                || before.standing().kept() != after.standing().kept();
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
