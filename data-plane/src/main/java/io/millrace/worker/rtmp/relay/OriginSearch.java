package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.Session;
import io.millrace.worker.routing.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.session.OriginOpening;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session to an origin: asks where its stream belongs, dials there, and asks again when that origin cannot be reached.
 * Lives on the client's loop. Ends with exactly one outcome, or with none once it is cancelled.
 */
final class OriginSearch {

    private static final Logger LOG = Logger.getLogger(OriginSearch.class);

    /** After so many origins that could not be reached, the client hears of it; it would not wait longer anyway. */
    private static final int MAX_ATTEMPTS = 3;

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
    private final Session session;
    private final Channel client;
    private final Optional<InetAddress> clientIp;
    private final Supplier<OriginOpening> openings;
    private final Consumer<Outcome> done;
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private @Nullable OriginDial dial;
    private boolean over;

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
        this.session = session;
        this.client = client;
        this.clientIp = clientIp;
        this.openings = openings;
        this.done = done;
    }

    void start() {
        context.router()
                .resolve(session.stream(), session.intent(), Protocol.RTMP, List.copyOf(failures))
                .whenComplete((resolution, failure) -> client.eventLoop().execute(() -> resolved(resolution, failure)));
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
            case Resolution.Route route -> dial(route);
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

    private void dial(Resolution.Route route) {
        OriginDial next = new OriginDial(context, route, openings.get(), clientIp, new DialListener());
        dial = next;
        next.start(client);
    }

    /** Hears nothing of a dial that was cancelled. */
    private final class DialListener implements OriginDial.Listener {

        @Override
        public void asked(OriginDial dialled, int originMessageStream, ByteBuf leftover) {
            context.router().succeeded(dialled.route().origin().id());
            end(new Outcome.Found(dialled, originMessageStream, leftover));
        }

        @Override
        public void refused(OriginDial dialled, AmfValue.Members info) {
            dialled.channel().close();
            end(new Outcome.Refused(info));
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
}
