package io.millrace.worker.routing.resolve;

import io.millrace.model.OriginId;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the origin of one session: asks where its stream belongs, has it tried there, and asks again when that origin cannot be
 * reached. Lives on one executor, which is the session's event loop.
 *
 * <p>Where the session's protocol has an exchange without effect (a handshake), a second origin can be dialled beside one that does not
 * answer for a while ({@link Dials.Hedging}). Then nothing is asked of either until the stream was claimed for the one that
 * answered first, so that all sessions of a new stream, on whatever worker, end at one origin.
 */
final class OriginAttempts {

    private static final Logger LOG = Logger.getLogger(OriginAttempts.class);

    /** After so many origins that could not be reached the client is refused; it would not wait longer anyway. */
    private static final int MAX_ATTEMPTS = 3;

    private final Router router;
    private final Dials.Wanted wanted;
    private final Executor loop;
    private final Steps steps;
    private final Dials.Hedging hedging;
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private final List<Leg> legs = new ArrayList<>(1);
    private Resolution.@Nullable Route contested;
    private boolean claiming;
    private boolean stopped;
    private Runnable cancelWatch = () -> {};

    /** An origin that is dialled. */
    private static final class Leg {
        private Resolution.Route route;
        private boolean answered;
        private @Nullable OriginObservation slow;

        Leg(Resolution.Route route) {
            this.route = route;
        }
    }

    /** What {@link Dials} does; called on the loop of the session, and no more after {@link #stop}. */
    interface Steps {

        /** Try it there, then call {@link #answered}, {@link #succeeded} or {@link #failed}, or stop. */
        void dial(Resolution.Route route);

        /** The origin that answered is the one: ask it for the stream. Only after {@link #answered}. */
        void goOn(Resolution.Route route);

        /** Another origin is the one: close that connection and report nothing more of it. */
        void abandon(Resolution.Route route);

        /** There is no origin, or none that could be reached. */
        void foundNone(CloseReason reason, String detail);

        /** An internal error ended the search. */
        void broken(Throwable cause);
    }

    OriginAttempts(Router router, Dials.Wanted wanted, Executor loop, Steps steps, Dials.Hedging hedging) {
        this.router = router;
        this.wanted = wanted;
        this.loop = loop;
        this.steps = steps;
        this.hedging = hedging;
    }

    void start() {
        router.resolve(wanted.stream(), wanted.intent(), wanted.protocol(), List.copyOf(failures))
                .whenComplete((resolution, failure) -> loop.execute(() -> resolved(resolution, failure)));
    }

    /** Ends the search without an outcome. */
    void stop() {
        stopped = true;
        cancelWatch.run();
    }

    /** An origin has answered something without effect; {@link Steps#goOn} or {@link Steps#abandon} follows, perhaps at once. */
    void answered(Resolution.Route route) {
        Leg leg = leg(route.origin().id());
        if (stopped || leg == null) {
            return;
        }
        leg.answered = true;
        if (contested == null) {
            goOn(leg);
        } else if (!claiming) {
            claim(leg, contested);
        }
    }

    private void goOn(Leg leg) {
        cancelWatch.run();
        contested = null;
        abandonAllBut(leg);
        steps.goOn(leg.route);
    }

    /** One that has not answered by the time another one has cannot be reached from here: it is reported, and the control plane probes it. */
    private void abandonAllBut(@Nullable Leg leg) {
        for (Leg other : List.copyOf(legs)) {
            if (other != leg) {
                legs.remove(other);
                steps.abandon(other.route);
                if (other.slow != null && !other.answered) {
                    router.failed(other.slow);
                }
            }
        }
    }

    /** That origin answers, whatever its answer: the search is over. */
    void succeeded(Resolution.Route route) {
        stop();
        router.succeeded(route.origin().id());
    }

    /** That origin could not be reached: the next one is tried, or the search ends. */
    void failed(Resolution.Route route, OriginObservation observation) {
        router.failed(observation);
        if (stopped) {
            return;
        }
        legs.removeIf(leg -> leg.route.origin().id().equals(route.origin().id()));
        failures.add(observation);
        LOG.warnf(
                "origin failed origin=%s failure=%s detail=\"%s\" session=%s attempt=%d",
                route.origin().displayName(),
                observation.failure().word(),
                observation.detail(),
                wanted.id(),
                failures.size());
        if (legs.isEmpty() && !claiming) {
            next(observation);
        }
    }

    private void next(OriginObservation last) {
        if (failures.size() < MAX_ATTEMPTS) {
            start();
            return;
        }
        stop();
        steps.foundNone(
                CloseReason.ORIGIN_UNREACHABLE,
                failures.size() + " origins could not be reached, the last: " + last.detail());
    }

    // ---- a second origin beside a silent one

    private void dial(Resolution.Route route) {
        cancelWatch.run();
        contested = null;
        List<Leg> before = List.copyOf(legs);
        legs.clear();
        before.forEach(other -> steps.abandon(other.route));
        Leg leg = new Leg(route);
        legs.add(leg);
        watch(leg, hedging.after());
        steps.dial(route);
    }

    private void watch(Leg leg, Duration delay) {
        cancelWatch.run();
        cancelWatch = hedging.timers().after(delay, () -> silentSoFar(leg, delay));
    }

    private boolean isStillSilent(Leg leg) {
        return !stopped && legs.contains(leg) && !leg.answered && contested == null;
    }

    private void silentSoFar(Leg leg, Duration delay) {
        if (!isStillSilent(leg)) {
            return;
        }
        OriginObservation slow = OriginObservation.of(
                leg.route.origin(),
                OriginObservation.Failure.TIMEOUT,
                "no answer within " + hedging.after().toMillis() + " ms",
                hedging.clock().instant());
        router.beside(wanted.stream(), wanted.intent(), wanted.protocol(), List.copyOf(failures), leg.route, slow)
                .whenComplete((other, failure) ->
                        loop.execute(() -> beside(leg, slow, delay, other == null ? Optional.empty() : other)));
    }

    /** Where there is none, it may be that the stream's place changes; but a busy control plane is not to be asked for ever. */
    private void beside(Leg leg, OriginObservation slow, Duration delay, Optional<Router.Beside> other) {
        if (!isStillSilent(leg)) {
            return;
        }
        if (other.isEmpty() || leg(other.get().route().origin().id()) != null) {
            watch(leg, delay.multipliedBy(2));
            return;
        }
        Resolution.Route route = other.get().route();
        if (other.get().isDecided()) {
            dial(route);
            return;
        }
        contested = route;
        leg.slow = slow;
        LOG.infof(
                "second origin dialled silent=%s beside=%s waitedMillis=%d session=%s",
                leg.route.origin().displayName(),
                route.origin().displayName(),
                hedging.after().toMillis(),
                wanted.id());
        hedging.counter().accept(wanted.protocol());
        legs.add(new Leg(route));
        steps.dial(route);
    }

    private void claim(Leg leg, Resolution.Route dialled) {
        claiming = true;
        router.claim(wanted.stream(), wanted.intent(), wanted.protocol(), leg.route, dialled)
                .whenComplete((decided, failure) -> loop.execute(() -> claimed(leg, decided)));
    }

    /** A claim that could not be decided is as good as granted: media does not wait for the control plane. */
    private void claimed(Leg leg, @Nullable Resolution decided) {
        claiming = false;
        if (stopped) {
            return;
        }
        Resolution.Route place = decided instanceof Resolution.Route route ? route : leg.route;
        Leg owner = leg(place.origin().id());
        if (owner != null) {
            owner.route = place;
        }
        if (owner != null && owner.answered) {
            goOn(owner);
            return;
        }
        abandonAllBut(owner);
        if (owner != null) {
            // It is decided; that origin has only to answer.
            contested = null;
        } else if (failures.stream()
                .anyMatch(failed -> failed.origin().equals(place.origin().id()))) {
            next(failures.getLast());
        } else {
            dial(place);
        }
    }

    private @Nullable Leg leg(OriginId origin) {
        for (Leg leg : legs) {
            if (leg.route.origin().id().equals(origin)) {
                return leg;
            }
        }
        return null;
    }

    /**
     * That origin took the request and does not answer, as some do until a stream is live; that is no failure. The stream is resolved
     * again: if it still lives there, {@code waitOn} runs, else {@link Steps#dial} gets another route.
     */
    void silent(Resolution.Route route, Runnable waitOn) {
        router.resolve(wanted.stream(), wanted.intent(), wanted.protocol(), List.copyOf(failures))
                .whenComplete((resolution, failure) -> loop.execute(() -> {
                    boolean stays = resolution instanceof Resolution.Route now
                            && now.origin().id().equals(route.origin().id())
                            && now.endpoint().equals(route.endpoint());
                    if (!stays) {
                        resolved(resolution, failure);
                    } else if (!stopped) {
                        waitOn.run();
                    }
                }));
    }

    private boolean isTooMuch(Resolution.Route route) {
        return route.source() == Resolution.Source.PROVISIONAL
                && !wanted.mayWait().getAsBoolean();
    }

    private void resolved(@Nullable Resolution resolution, @Nullable Throwable failure) {
        if (stopped) {
            return;
        }
        switch (resolution) {
            case Resolution.Route route
            when isTooMuch(route) -> {
                stopped = true;
                steps.foundNone(
                        CloseReason.TOO_MANY_WAITING,
                        "it is not published, and players wait for too many such streams");
            }
            case Resolution.Route route -> dial(route);
            case Resolution.NoRoute nowhere -> {
                stopped = true;
                boolean none = nowhere.why() == Resolution.Why.NO_ORIGIN && failures.isEmpty();
                steps.foundNone(none ? CloseReason.NO_ORIGIN : CloseReason.ORIGIN_UNREACHABLE, nowhere.detail());
            }
            case null -> {
                stopped = true;
                steps.broken(failure == null ? new IllegalStateException("resolved to nothing") : failure);
            }
        }
    }
}
