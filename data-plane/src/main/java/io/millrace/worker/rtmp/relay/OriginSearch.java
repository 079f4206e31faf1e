package io.millrace.worker.rtmp.relay;

import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.session.OriginNegotiation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings a session to an origin. Lives on the client's loop. Ends with exactly one outcome, or with none once it is cancelled. */
final class OriginSearch implements Dials.Owner<OriginDial>, OriginDial.Listener {

    /** What came of it. */
    sealed interface Outcome {

        /**
         * An origin was sent publish or play.
         *
         * @param leftover what the origin has said since; the receiver of the outcome owns it
         */
        record Found(OriginDial dialled, int originMessageStream, ByteBuf leftover) implements Outcome {}

        /** The origin that has the stream does not want this client; the message is its own. */
        record Refused(AmfValue.Members info) implements Outcome {}

        /** There is no origin, or none that could be reached. */
        record FoundNone(CloseReason reason, String detail) implements Outcome {}

        /** An internal error ended the search. */
        record Broken(Throwable cause) implements Outcome {}
    }

    private final RtmpContext context;
    private final Optional<InetAddress> clientIp;
    private final Supplier<OriginNegotiation> negotiations;
    private final Consumer<Outcome> done;
    private final Dials<OriginDial> dials;

    /**
     * @param negotiations a new negotiation for each origin that is dialled
     * @param done called once, on the client's loop
     */
    OriginSearch(
            RtmpContext context,
            Session session,
            EventLoop loop,
            Optional<InetAddress> clientIp,
            Supplier<OriginNegotiation> negotiations,
            Consumer<Outcome> done) {
        this.context = context;
        this.clientIp = clientIp;
        this.negotiations = negotiations;
        this.done = done;
        this.dials = new Dials<>(
                context.router(),
                Dials.Wanted.by(session),
                loop,
                Dials.Hedging.after(
                        context.settings().originHedgeAfter(), loop, context.clock(), context.originMetrics()),
                this);
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
        return Optional.of(new OriginDial(context, route, negotiations.get(), clientIp, this));
    }

    @Override
    public void answered(OriginDial dialled) {
        dials.answered(dialled);
    }

    @Override
    public void asked(OriginDial dialled, int originMessageStream, ByteBuf leftover) {
        dials.succeeded(dialled);
        done.accept(new Outcome.Found(dialled, originMessageStream, leftover));
    }

    @Override
    public void refused(OriginDial dialled, AmfValue.Members info) {
        dials.cancel();
        done.accept(new Outcome.Refused(info));
    }

    @Override
    public void failed(OriginDial dialled, OriginObservation observation) {
        dials.failed(dialled, observation);
    }

    @Override
    public void foundNone(CloseReason reason, String detail) {
        done.accept(new Outcome.FoundNone(reason, detail));
    }

    @Override
    public void broken(Throwable cause) {
        done.accept(new Outcome.Broken(cause));
    }
}
