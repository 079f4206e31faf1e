package io.millrace.worker.routing.resolve;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.routing.Timers;
import io.millrace.worker.telemetry.OriginMetrics;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Brings one session to an origin: makes an attempt at each origin that {@link OriginAttempts} names, keeps those that are under way, and
 * cancels the ones that are not needed. On the event loop of the session.
 *
 * @param <A> an attempt of the protocol
 */
public final class Dials<A extends Dials.Attempt> {

    private final EventLoop loop;
    private final Owner<A> owner;
    private final OriginAttempts search;
    private final Map<OriginId, A> underWay = new LinkedHashMap<>(2);

    /** One attempt at one origin. It reports to its owner what comes of it, and nothing after {@link #cancel}. */
    public interface Attempt {

        Resolution.Route route();

        void start(EventLoop loop);

        /**
         * The origin may be asked for the stream; only where its first answer was reported to {@link Dials#answered}.
         *
         * @param decided the route to it, with the epoch that holds now
         */
        default void goOn(Resolution.Route decided) {}

        /** Closes the connection. */
        void cancel();
    }

    /**
     * @param id of the session, or another word that identifies it in log lines
     * @param mayWait asked when the stream is not published
     */
    public record Wanted(StreamKey stream, Intent intent, Protocol protocol, String id, BooleanSupplier mayWait) {

        public static Wanted by(Session session) {
            return new Wanted(session.stream(), session.intent(), session.protocol(), session.id(), session::mayWait);
        }

        /**
         * Whether the stream may still go to another origin. Then the origin is not asked for the stream before it has answered something
         * without effect (a handshake), and {@link Attempt#goOn} was called. A player of a stream that lives there needs no such question.
         */
        public boolean isOpen(Resolution.Route route) {
            return intent == Intent.PUBLISH
                    || route.source() == Resolution.Source.PROVISIONAL
                    || route.source() == Resolution.Source.RENDEZVOUS;
        }
    }

    /**
     * When a second origin is dialled beside one that does not answer.
     *
     * @param timers run their tasks on the session's loop
     * @param counter counts second origins
     */
    public record Hedging(Duration after, Timers timers, InstantSource clock, Consumer<Protocol> counter) {

        static final Hedging NEVER =
                new Hedging(Duration.ofDays(1), (delay, task) -> () -> {}, () -> Instant.EPOCH, protocol -> {});

        public static Hedging after(Duration delay, EventExecutor loop, InstantSource clock, OriginMetrics metrics) {
            Timers timers = (wait, task) -> {
                ScheduledFuture<?> due = loop.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
                return () -> due.cancel(false);
            };
            return new Hedging(delay, timers, clock, metrics::hedged);
        }
    }

    /** What the session does. */
    public interface Owner<A> {

        /** A new attempt, not started; empty when that origin cannot be asked and the owner has ended the search. */
        Optional<A> dial(Resolution.Route route);

        /** Another origin is the one; that attempt was cancelled. */
        default void abandoned(A attempt) {}

        /** There is no origin, or none that could be reached. */
        void foundNone(CloseReason reason, String detail);

        /** An internal error ended the search. */
        void broken(Throwable cause);
    }

    /** One origin after the other. */
    public Dials(Router router, Wanted wanted, EventLoop loop, Owner<A> owner) {
        this(router, wanted, loop, Hedging.NEVER, owner);
    }

    /** With a second origin beside a silent one: every attempt reports to {@link #answered} before its origin is asked for the stream. */
    public Dials(Router router, Wanted wanted, EventLoop loop, Hedging hedging, Owner<A> owner) {
        this.loop = loop;
        this.owner = owner;
        this.search = new OriginAttempts(router, wanted, loop, new Steps(), hedging);
    }

    public void start() {
        search.start();
    }

    /** The origin has answered something without effect; {@link Attempt#goOn} or {@link Attempt#cancel} follows, perhaps at once. */
    public void answered(A attempt) {
        search.answered(attempt.route());
    }

    /** That origin could not be reached: the next one is tried, or the search ends. */
    public void failed(A attempt, OriginObservation observation) {
        underWay.remove(originOf(attempt));
        search.failed(attempt.route(), observation);
    }

    /** That origin answers, whatever its answer: the search is over, and the attempt belongs to the caller. */
    public void succeeded(A attempt) {
        underWay.remove(originOf(attempt));
        cancelAll();
        search.succeeded(attempt.route());
    }

    /** @see OriginAttempts#silent */
    public void silent(A attempt, Runnable waitOn) {
        search.silent(attempt.route(), waitOn);
    }

    /** Ends the search and every attempt; nothing is reported any more. */
    public void cancel() {
        search.stop();
        cancelAll();
    }

    private void cancelAll() {
        List<A> all = List.copyOf(underWay.values());
        underWay.clear();
        all.forEach(Attempt::cancel);
    }

    private OriginId originOf(A attempt) {
        return attempt.route().origin().id();
    }

    private final class Steps implements OriginAttempts.Steps {

        @Override
        public void dial(Resolution.Route route) {
            owner.dial(route).ifPresent(attempt -> {
                underWay.put(originOf(attempt), attempt);
                attempt.start(loop);
            });
        }

        @Override
        public void goOn(Resolution.Route route) {
            A attempt = underWay.get(route.origin().id());
            if (attempt != null) {
                attempt.goOn(route);
            }
        }

        @Override
        public void abandon(Resolution.Route route) {
            A attempt = underWay.remove(route.origin().id());
            if (attempt != null) {
                attempt.cancel();
                owner.abandoned(attempt);
            }
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            cancelAll();
            owner.foundNone(reason, detail);
        }

        @Override
        public void broken(Throwable cause) {
            cancelAll();
            owner.broken(cause);
        }
    }
}
