package io.millrace.worker.flv.relay;

import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings a viewer to an origin. Lives on the client's loop. Ends with exactly one outcome, or with none once it is cancelled. */
final class OriginSearch implements Dials.Owner<OriginDial>, OriginDial.Listener {

    /** What came of it. */
    sealed interface Outcome {

        /** An origin answers, whatever its status. */
        record Found(OriginDial dialled, HttpResponse head, BodyFraming framing) implements Outcome {}

        /** There is no origin, or none that could be reached. */
        record FoundNone(CloseReason reason, String detail) implements Outcome {}

        /** An internal error ended the search. */
        record Broken(Throwable cause) implements Outcome {}
    }

    private final FlvContext context;
    private final Exchange exchange;
    private final boolean http10;
    private final Consumer<Outcome> done;
    private final Dials<OriginDial> dials;

    /**
     * @param http10 whether to ask as a client that knows no chunks
     * @param done called once, on the client's loop
     */
    OriginSearch(FlvContext context, Session session, Exchange exchange, boolean http10, Consumer<Outcome> done) {
        this.context = context;
        this.exchange = exchange;
        this.http10 = http10;
        this.done = done;
        this.dials = new Dials<>(
                context.router(), Dials.Wanted.by(session), exchange.channel().eventLoop(), this);
    }

    void start() {
        dials.start();
    }

    /** Ends the search without an outcome. */
    void cancel() {
        dials.cancel();
    }

    @Override
    public Optional<OriginDial> dial(Resolution.Route route) {
        return Optional.of(new OriginDial(context, route, exchange.request(), http10, this));
    }

    @Override
    public void foundNone(CloseReason reason, String detail) {
        done.accept(new Outcome.FoundNone(reason, detail));
    }

    @Override
    public void broken(Throwable cause) {
        done.accept(new Outcome.Broken(cause));
    }

    @Override
    public void answered(OriginDial dialled, HttpResponse head, BodyFraming framing) {
        dials.succeeded(dialled);
        done.accept(new Outcome.Found(dialled, head, framing));
    }

    /** Some origins hold the answer back until the stream is live: a viewer waits as long as for a stream that pauses. */
    @Override
    public void silent(OriginDial dialled) {
        Duration limit = context.settings().playIdleTimeout();
        if (dialled.elapsed().compareTo(limit) < 0) {
            dials.silent(dialled, dialled::waitOn);
        } else {
            dials.cancel();
            foundNone(CloseReason.ORIGIN_TIMEOUT, "the origin has not answered for " + limit.toSeconds() + " s");
        }
    }

    @Override
    public void failed(OriginDial dialled, OriginObservation observation) {
        dials.failed(dialled, observation);
    }
}
