package io.millrace.control.registry;

import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.OriginChanges.Change;
import io.millrace.control.registry.OriginChanges.Outcome;
import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.OriginSource;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The registry. Each origin is one entry of a store and changes by compare-and-set ({@link OriginChanges}), without a lock. Listeners are
 * called on the changing thread. Any thread.
 */
public final class OriginRegistry implements Origins {

    private static final Logger LOG = Logger.getLogger(OriginRegistry.class);

    private final KnownOrigins origins;
    private final OriginPicture picture;
    private final ConfigRepository config;
    private final ConfiguredOrigins configured;
    private final EventLog events;
    private final SteadyClock clock;
    private final Liveness liveness;
    private final RestoreWindow restoring;
    private final OriginChanges changes;
    private final OriginWatch watch;
    private final ReportCounts counts = new ReportCounts();

    private volatile Consumer<KnownOrigin> checker = origin -> {};
    private volatile IntSupplier workers = () -> 0;
    private volatile boolean configPending;

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
        this.config = config;
        this.configured = new ConfiguredOrigins(defaultBackend);
        this.events = events;
        this.clock = clock;
        this.liveness = new Liveness(settings);
        this.restoring = new RestoreWindow(rebuild.end().plus(settings.timeToLive()));
        this.changes = new OriginChanges(origins, picture, restoring, events, clock);
        this.watch = new OriginWatch(origins, picture, changes, liveness, settings, events, clock);
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

    /**
     * From now on an origin that registers is {@link #pending} until an operator says what it may take: it is in none of the lists that others act
     * on, and nobody connects to it.
     */
    public void requireApproval() {
        picture.requireApproval();
        changes.paint();
    }

    /** Origins that wait for approval, ordered by id. */
    public List<Origin> pending() {
        return picture.pending();
    }

    /** Whether an origin would wait if it registered now. */
    public boolean wouldWait(OriginId id) {
        return picture.wouldWait(id);
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
        changes.onShown(listener);
    }

    /** An origin registered, for the first time or again. */
    public void register(Registration registration) {
        restoring.registered(registration.id());
        Instant day = today();
        var _ = changes.apply(
                registration.id(),
                stored -> stored.map(before -> again(before, registration, day))
                        .orElseGet(() -> first(registration, day)));
    }

    private Change first(Registration registration, Instant day) {
        KnownOrigin first = KnownOrigin.firstSeen(
                registration.described(OriginState.UP), OriginSource.HEARTBEAT, "it registered", day);
        boolean waits = picture.waits(first);
        return Change.to(
                withFigures(first.withSigns(first.signs().withBeat(day)), registration),
                waits ? EventKind.ORIGIN_PENDING : EventKind.ORIGIN_REGISTERED,
                "registered as " + registration.kind().word() + (waits ? " and waits for approval" : ""));
    }

    private Change again(KnownOrigin before, Registration registration, Instant day) {
        Incarnation known = before.described().incarnation();
        Incarnation now = registration.incarnation();
        KnownOrigin next = before.source().isProbed()
                ? before.withDescription(before.described().withIncarnation(now))
                : before.withDescription(registration.described(before.state())).withSource(OriginSource.HEARTBEAT);
        boolean restarted = !known.equals(now) && !known.equals(Incarnation.UNKNOWN);
        return Change.to(
                liveness.afterBeat(withFigures(next, registration), known, day),
                restarted ? EventKind.ORIGIN_RESTARTED : null,
                "restarted: service " + known.service() + " pid " + known.pid() + " is now service " + now.service()
                        + " pid " + now.pid());
    }

    private static KnownOrigin withFigures(KnownOrigin origin, Registration registration) {
        return registration.figures() == null ? origin : origin.withFigures(registration.figures());
    }

    @Override
    public void observe(String worker, OriginObservation observation) {
        try {
            take(worker, observation);
        } catch (StoreUnavailableException away) {
            // The worker itself keeps away from that origin for a while, and tells again if it is still so.
            LOG.debugf("not kept worker=%s origin=%s why=\"%s\"", worker, observation.origin(), away.getMessage());
        }
    }

    private void take(String worker, OriginObservation observation) {
        boolean only = workers.getAsInt() < 2;
        Outcome outcome = changes.apply(
                observation.origin(),
                stored -> ofRun(stored, observation.incarnation())
                        .map(origin -> Change.to(liveness.afterReport(origin, worker, observation, only, today())))
                        .orElseGet(Change::keep));
        if (outcome.changed()) {
            outcome.after().filter(origin -> !origin.unreachable()).ifPresent(checker);
        }
    }

    private static Optional<KnownOrigin> ofRun(Optional<KnownOrigin> stored, Incarnation run) {
        return stored.filter(origin -> origin.described().incarnation().equals(run));
    }

    /** Sets what probes an origin that a worker reported, at once and on the control plane that got the report. */
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
            Outcome outcome = changes.apply(
                    id,
                    stored -> ofRun(stored, incarnation)
                            .map(origin -> Change.to(liveness.afterCheck(origin, result, today())))
                            .orElseGet(Change::keep));
            if (result.isAnswered()) {
                ofRun(outcome.before(), incarnation).ifPresent(this::contradicted);
            } else if (outcome.changed()) {
                counts.confirmed();
            }
        } catch (StoreUnavailableException away) {
            LOG.debugf("not kept origin=%s probe=\"%s\" why=\"%s\"", id, result.detail(), away.getMessage());
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
                        OriginChanges.SYSTEM,
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
            watch.probed(id, result);
        } catch (StoreUnavailableException away) {
            LOG.debugf("not kept origin=%s probe=\"%s\" why=\"%s\"", id, result.detail(), away.getMessage());
        }
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
            LOG.debugf("not restored origins=%d why=\"%s\"", known.size(), away.getMessage());
        }
    }

    private void takeBack(Collection<Origin> known) {
        Instant now = clock.instant();
        for (Origin origin : known) {
            if (restoring.allows(origin.id(), now)) {
                var _ = changes.change(origin.id(), stored -> stored.isPresent() ? Change.keep() : restored(origin));
            }
        }
        changes.show();
    }

    private Change restored(Origin origin) {
        return Change.to(
                KnownOrigin.firstSeen(
                        origin.withState(OriginState.SUSPECT).withAdmission(Admission.OPEN),
                        OriginSource.RESTORED,
                        "a worker knew it; no beat since this control plane started",
                        today()),
                EventKind.ORIGIN_REGISTERED,
                "restored from a worker's table");
    }

    /** Takes a heartbeat origin out of the list; false if it is not there any more. */
    public boolean remove(OriginId id, String actor) {
        return changes.apply(id, stored -> new Change.Delete(actor, "removed")).changed();
    }

    /** Takes in what other control planes on the same store did. */
    void follow() {
        origins.follow();
        changes.show();
    }

    /** From now on {@link #sweep} is called here. */
    void beginWatching() {
        watch.begin();
    }

    /** Another control plane watches. */
    void endWatching() {
        watch.end();
    }

    /**
     * Finds origins that have been silent for too long. To be called every fraction of a second by one control plane of those that share
     * a store.
     */
    public void sweep() {
        origins.follow();
        if (configPending) {
            configPending = false;
            followConfigOrLater();
        }
        watch.sweep();
        changes.show();
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
                .filter(origin -> !picture.waits(origin))
                .filter(origin -> origin.source().isProbed()
                        || origin.state() != OriginState.UP
                        || origin.failures().phase() != Failures.Phase.NONE
                        || !origin.failures().reports().isEmpty())
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

    /** Takes in what operators configured; called on every change of it, and by a caller that needs its own change at once. */
    public void followConfig() {
        Versioned<ClusterConfig> followed;
        do {
            followed = config.versioned();
            follow(configured.at(followed.value(), today()));
            // Of two threads that follow at once, neither leaves an older configuration behind.
        } while (config.versioned().version() != followed.version());
        changes.paint();
    }

    private void follow(Map<OriginId, KnownOrigin> wanted) {
        for (KnownOrigin known : origins.allSeen()) {
            if (known.source().isProbed() && !wanted.containsKey(known.id())) {
                var _ = changes.change(
                        known.id(),
                        stored -> stored.filter(origin -> origin.source().isProbed())
                                        .isPresent()
                                ? new Change.Delete(OriginChanges.SYSTEM, "taken out of the configuration")
                                : Change.keep());
            }
        }
        wanted.forEach((id, origin) -> changes.change(
                id, stored -> stored.map(before -> configured(before, origin)).orElseGet(() -> added(origin))));
    }

    private static Change added(KnownOrigin origin) {
        return Change.to(
                origin,
                EventKind.ORIGIN_REGISTERED,
                "added as " + origin.source().word());
    }

    private static Change configured(KnownOrigin before, KnownOrigin wanted) {
        Incarnation run = before.described().incarnation();
        return Change.to(
                before.withDescription(wanted.described().withIncarnation(run)).withSource(wanted.source()));
    }
}
