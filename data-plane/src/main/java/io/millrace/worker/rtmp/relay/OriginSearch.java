package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.OriginAttempts;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.session.OriginOpening;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings a session to an origin. Lives on the client's loop. Ends with exactly one outcome, or with none once it is cancelled. */
final class OriginSearch {

    /** What came of it. */
    sealed interface Outcome {

        /**
         * An origin has heard publish or play.
         *
         * @param leftover what the origin has said since; whoever gets the outcome owns it
         */
        record Found(OriginDial dialled, int originMessageStream, ByteBuf leftover) implements Outcome {}

        /** The origin that has the stream does not want this client; the words are its own. */
        record Refused(AmfValue.Members info) implements Outcome {}

        /** There is no origin, or none that could be reached. */
        record FoundNone(CloseReason reason, String detail) implements Outcome {}

        /** A defect of ours ended the search. */
        record Broken(Throwable defect) implements Outcome {}
    }

    private final RtmpContext context;
    private final Channel client;
    private final Optional<InetAddress> clientIp;
    private final Supplier<OriginOpening> openings;
    private final Consumer<Outcome> done;
    private final OriginAttempts attempts;
    private final Dials<OriginDial> dials = new Dials<>();

    /**
     * @param openings a new talk for each origin that is dialled
     * @param done called once, on the client's loop
     */
    OriginSearch(
            RtmpContext context,
            Session session,
            Channel client,
            Optional<InetAddress> clientIp,
            Supplier<OriginOpening> openings,
            Consumer<Outcome> done) {
        this.context = context;
        this.client = client;
        this.clientIp = clientIp;
        this.openings = openings;
        this.done = done;
        this.attempts = new OriginAttempts(
                context.router(),
                OriginAttempts.Wanted.by(session),
                client.eventLoop(),
                new Dialling(),
                OriginAttempts.Hedging.after(
                        context.settings().originHedgeAfter(), client.eventLoop(), context.clock()));
    }

    void start() {
        attempts.start();
    }

    /** Gives up without telling anybody. */
    void cancel() {
        attempts.stop();
        dials.removeAll().forEach(OriginDial::cancel);
    }

    private void end(Outcome outcome) {
        attempts.stop();
        dials.removeAll();
        done.accept(outcome);
    }

    /** Hears nothing of a dial that was cancelled. */
    private final class Dialling implements OriginAttempts.Steps, OriginDial.Listener {

        @Override
        public void dial(Resolution.Route route) {
            if (!dials.isEmpty()) {
                context.originMetrics().hedged(Protocol.RTMP);
            }
            OriginDial next = new OriginDial(context, route, openings.get(), clientIp, this);
            dials.add(route, next);
            next.start(client);
        }

        @Override
        public void goOn(Resolution.Route route) {
            dials.to(route).ifPresent(dialled -> dialled.goOn(route));
        }

        @Override
        public void abandon(Resolution.Route route) {
            dials.remove(route).ifPresent(OriginDial::cancel);
        }

        @Override
        public void answered(OriginDial dialled) {
            attempts.answered(dialled.route());
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            end(new Outcome.FoundNone(reason, detail));
        }

        @Override
        public void broken(Throwable defect) {
            end(new Outcome.Broken(defect));
        }

        @Override
        public void asked(OriginDial dialled, int originMessageStream, ByteBuf leftover) {
            attempts.succeeded(dialled.route());
            end(new Outcome.Found(dialled, originMessageStream, leftover));
        }

        @Override
        public void refused(OriginDial dialled, AmfValue.Members info) {
            dialled.channel().close();
            end(new Outcome.Refused(info));
        }

        @Override
        public void failed(OriginDial dialled, OriginObservation observation) {
            dials.remove(dialled.route());
            attempts.failed(dialled.route(), observation);
        }
    }
}
