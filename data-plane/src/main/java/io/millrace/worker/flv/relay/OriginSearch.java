package io.millrace.worker.flv.relay;

import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.routing.resolve.OriginAttempts;
import io.millrace.worker.routing.resolve.Resolution;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings a viewer to an origin. Lives on the client's loop. Ends with exactly one outcome, or with none once it is cancelled. */
final class OriginSearch implements OriginAttempts.Steps, OriginDial.Listener {

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
    private final Exchange exchange;
    private final boolean http10;
    private final Consumer<Outcome> done;
    private final OriginAttempts attempts;
    private @Nullable OriginDial dial;

    /**
     * @param http10 whether to ask as a client that knows no chunks
     * @param done called once, on the client's loop
     */
    OriginSearch(FlvContext context, Session session, Exchange exchange, boolean http10, Consumer<Outcome> done) {
        this.context = context;
        this.exchange = exchange;
        this.http10 = http10;
        this.done = done;
        this.attempts = new OriginAttempts(
                context.router(),
                OriginAttempts.Wanted.by(session),
                exchange.channel().eventLoop(),
                this);
    }

    void start() {
        attempts.start();
    }

    /** Gives up without telling anybody. */
    void cancel() {
        attempts.stop();
        if (dial != null) {
            dial.cancel();
            dial = null;
        }
    }

    private void end(Outcome outcome) {
        attempts.stop();
        dial = null;
        done.accept(outcome);
    }

    @Override
    public void dial(Resolution.Route route) {
        if (dial != null) {
            // It was silent, and the stream lives elsewhere by now.
            dial.cancel();
        }
        OriginDial next = new OriginDial(context, route, exchange.request(), http10, this);
        dial = next;
        next.start(exchange.channel().eventLoop());
    }

    @Override
    public void foundNone(CloseReason reason, String detail) {
        if (dial != null) {
            dial.cancel();
        }
        end(new Outcome.FoundNone(reason, detail));
    }

    @Override
    public void broken(Throwable defect) {
        end(new Outcome.Broken(defect));
    }

    @Override
    public void answered(OriginDial dialled, HttpResponse head, BodyFraming framing) {
        attempts.succeeded(dialled.route());
        end(new Outcome.Found(dialled, head, framing));
    }

    /** Some origins hold the answer back until the stream is live: a viewer waits as long as for a stream that pauses. */
    @Override
    public void silent(OriginDial dialled) {
        Duration limit = context.settings().playIdleTimeout();
        if (dialled.sinceBegan().compareTo(limit) < 0) {
            attempts.silent(dialled.route(), dialled::waitOn);
        } else {
            dialled.cancel();
            end(new Outcome.FoundNone(
                    CloseReason.ORIGIN_TIMEOUT, "the origin has not answered for " + limit.toSeconds() + " s"));
        }
    }

    @Override
    public void failed(OriginDial dialled, OriginObservation observation) {
        dial = null;
        attempts.failed(dialled.route(), observation);
    }
}
