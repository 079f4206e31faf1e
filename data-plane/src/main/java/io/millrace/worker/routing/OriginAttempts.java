package io.millrace.worker.routing;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the origin of one session: asks where its stream belongs, has it tried there, and asks again when that origin cannot be
 * reached. Lives on one executor, which is the session's event loop.
 */
public final class OriginAttempts {

    private static final Logger LOG = Logger.getLogger(OriginAttempts.class);

    /** After so many origins that could not be reached, the client hears of it; it would not wait longer anyway. */
    private static final int MAX_ATTEMPTS = 3;

    private final Router router;
    private final Wanted wanted;
    private final Executor loop;
    private final Steps steps;
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private boolean stopped;

    /**
     * @param who the session's id, or another word by which log lines tell who looks
     * @param mayWait asked when nobody publishes the stream
     */
    public record Wanted(StreamKey stream, Intent intent, Protocol protocol, String who, BooleanSupplier mayWait) {

        public static Wanted by(Session session) {
            return new Wanted(session.stream(), session.intent(), session.protocol(), session.id(), session::mayWait);
        }
    }

    /** What the session does; called on its loop, and no more after {@link #stop}. */
    public interface Steps {

        /** Try it there, then say {@link #succeeded} or {@link #failed}, or stop. */
        void dial(Resolution.Route route);

        /** There is no origin, or none that could be reached. */
        void foundNone(CloseReason reason, String detail);

        /** A defect of ours ended the search. */
        void broken(Throwable defect);
    }

    public OriginAttempts(Router router, Wanted wanted, Executor loop, Steps steps) {
        this.router = router;
        this.wanted = wanted;
        this.loop = loop;
        this.steps = steps;
    }

    public void start() {
        router.resolve(wanted.stream(), wanted.intent(), wanted.protocol(), List.copyOf(failures))
                .whenComplete((resolution, failure) -> loop.execute(() -> resolved(resolution, failure)));
    }

    /** Gives up without telling anybody. */
    public void stop() {
        stopped = true;
    }

    /** That origin answers, whatever its answer: the search is over. */
    public void succeeded(Resolution.Route route) {
        stopped = true;
        router.succeeded(route.origin().id());
    }

    /** That origin could not be reached: the next one is looked for, or the search ends. */
    public void failed(Resolution.Route route, OriginObservation observation) {
        router.failed(observation);
        if (stopped) {
            return;
        }
        failures.add(observation);
        LOG.warnf(
                "origin failed origin=%s failure=%s detail=\"%s\" session=%s attempt=%d",
                route.origin().displayName(),
                observation.failure().word(),
                observation.detail(),
                wanted.who(),
                failures.size());
        if (failures.size() < MAX_ATTEMPTS) {
            start();
            return;
        }
        stopped = true;
        steps.foundNone(
                CloseReason.ORIGIN_UNREACHABLE,
                failures.size() + " origins could not be reached, the last: " + observation.detail());
    }

    /**
     * That origin took the request and says nothing, as some do until a stream is live; that is no failure. Where the stream lives is
     * asked again: if it is still there, {@code waitOn} runs, else the session hears of another place to {@link Steps#dial}.
     */
    public void silent(Resolution.Route route, Runnable waitOn) {
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
                        CloseReason.TOO_MANY_WAITING, "nobody publishes it, and too many such streams are waited for");
            }
            case Resolution.Route route -> steps.dial(route);
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
