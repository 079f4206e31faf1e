package io.millrace.worker.flv.relay;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.Session;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.routing.Resolution;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings a viewer to an origin: asks where its stream belongs, asks there, and goes on when that origin does not answer. Lives on
 * the client's loop. Ends with exactly one outcome, or with none once it is cancelled.
 */
final class OriginSearch implements OriginDial.Listener {

    private static final Logger LOG = Logger.getLogger(OriginSearch.class);

    /** After so many origins that could not be reached, the client hears of it; it would not wait longer anyway. */
    private static final int MAX_ATTEMPTS = 3;

    /** What came of it. */
    sealed interface Outcome {

        /** An origin answers, whatever its status. */
        record Found(OriginDial dialled, HttpResponse head, BodyFraming framing) implements Outcome {}

        /** There is no origin, or none that could be reached. */
        record FoundNone(CloseReason reason, String detail) implements Outcome {}

        /** A defect of ours ended the search. */
        record Broken(Throwable defect) implements Outcome {}
    }

    private final FlvContext context;
    private final Session session;
    private final Exchange exchange;
    private final EventLoop loop;
    private final boolean http10;
    private final Consumer<Outcome> done;
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private @Nullable OriginDial dial;
    private boolean over;

    /**
     * @param http10 whether to ask as a client that knows no chunks
     * @param done called once, on the client's loop
     */
    OriginSearch(FlvContext context, Session session, Exchange exchange, boolean http10, Consumer<Outcome> done) {
        this.context = context;
        this.session = session;
        this.exchange = exchange;
        this.loop = exchange.channel().eventLoop();
        this.http10 = http10;
        this.done = done;
    }

    void start() {
        context.router()
                .resolve(session.stream(), Intent.PLAY, Protocol.FLV, List.copyOf(failures))
                .whenComplete((resolution, failure) -> loop.execute(() -> resolved(resolution, failure)));
    }

    /** Gives up without telling anybody. */
    void cancel() {
        over = true;
        if (dial != null) {
            dial.cancel();
            dial = null;
        }
    }

    private void resolved(@Nullable Resolution resolution, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        switch (resolution) {
            case Resolution.Route route -> {
                OriginDial next = new OriginDial(context, route, exchange.request(), http10, this);
                dial = next;
                next.start(loop);
            }
            case Resolution.NoRoute nowhere ->
                end(new Outcome.FoundNone(
                        nowhere.why() == Resolution.Why.NO_ORIGIN && failures.isEmpty()
                                ? CloseReason.NO_ORIGIN
                                : CloseReason.ORIGIN_UNREACHABLE,
                        nowhere.detail()));
            case null ->
                end(new Outcome.Broken(failure == null ? new IllegalStateException("resolved to nothing") : failure));
        }
    }

    private void end(Outcome outcome) {
        over = true;
        dial = null;
        done.accept(outcome);
    }

    @Override
    public void answered(OriginDial dialled, HttpResponse head, BodyFraming framing) {
        context.router().succeeded(dialled.route().origin().id());
        end(new Outcome.Found(dialled, head, framing));
    }

    @Override
    public void failed(OriginDial dialled, OriginObservation observation) {
        dial = null;
        context.router().failed(observation);
        failures.add(observation);
        LOG.warnf(
                "origin failed origin=%s failure=%s detail=\"%s\" session=%s attempt=%d",
                dialled.route().origin().displayName(),
                observation.failure().word(),
                observation.detail(),
                session.id(),
                failures.size());
        if (failures.size() < MAX_ATTEMPTS) {
            start();
        } else {
            end(new Outcome.FoundNone(
                    CloseReason.ORIGIN_UNREACHABLE,
                    failures.size() + " origins could not be reached, the last: " + observation.detail()));
        }
    }
}
