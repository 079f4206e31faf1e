package io.millrace.worker.rtsp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.net.flow.Farewell;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.OriginAttempts;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.session.OriginQuestion;
import io.netty.channel.EventLoop;
import java.util.Optional;

/** Brings a session to an origin, to another one if the first does not answer. Lives on the client's loop. */
final class OriginSearch {

    /** What a search tells its session, beside what the links tell. */
    interface Owner {

        OriginLink.Listener linkListener();

        /** Another origin is the one; nothing more is heard of that link. */
        void abandoned(OriginLink link);

        /** There is no origin, or none that could be reached. */
        void foundNone(CloseReason reason, String detail);

        /** A defect of ours ended the search. */
        void broken(Throwable defect);
    }

    private final RtspContext context;
    private final RtspRequest first;
    private final EventLoop loop;
    private final Owner owner;
    private final OriginAttempts.Wanted wanted;
    private final OriginAttempts attempts;
    private final Dials<OriginLink> links = new Dials<>();

    /** @param first the request that named the stream */
    OriginSearch(RtspContext context, Session session, RtspRequest first, EventLoop loop, Owner owner) {
        this.context = context;
        this.first = first;
        this.loop = loop;
        this.owner = owner;
        this.wanted = OriginAttempts.Wanted.by(session);
        this.attempts = new OriginAttempts(
                context.router(),
                wanted,
                loop,
                new Dialling(),
                OriginAttempts.Hedging.after(context.settings().originHedgeAfter(), loop, context.clock()));
    }

    void start() {
        attempts.start();
    }

    /** The origin has answered the question that commits nobody. */
    void answered(OriginLink link) {
        attempts.answered(link.route());
    }

    void failed(OriginLink link, OriginObservation observation) {
        links.remove(link.route());
        attempts.failed(link.route(), observation);
    }

    /** The client has an answer from there: the search is over. */
    void settle(OriginLink link) {
        links.remove(link.route());
        links.removeAll().forEach(OriginSearch::close);
        links.add(link.route(), link);
        link.settle();
        attempts.succeeded(link.route());
    }

    /** Ends the search and leaves every origin. */
    void leave() {
        attempts.stop();
        links.removeAll().forEach(OriginSearch::close);
    }

    private static void close(OriginLink link) {
        link.leave().ifPresent(Farewell::closeAfterFlush);
    }

    private final class Dialling implements OriginAttempts.Steps {

        @Override
        public void dial(Resolution.Route route) {
            if (!links.isEmpty()) {
                context.originMetrics().hedged(Protocol.RTSP);
            }
            Optional<RtspRequest> question =
                    wanted.isOpen(route) ? Optional.of(OriginQuestion.before(first)) : Optional.empty();
            OriginLink link = new OriginLink(context, route, question, owner.linkListener());
            links.add(route, link);
            link.start(loop);
        }

        @Override
        public void goOn(Resolution.Route route) {
            links.to(route).ifPresent(link -> link.goOn(route));
        }

        @Override
        public void abandon(Resolution.Route route) {
            links.remove(route).ifPresent(link -> {
                close(link);
                owner.abandoned(link);
            });
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            owner.foundNone(reason, detail);
        }

        @Override
        public void broken(Throwable defect) {
            owner.broken(defect);
        }
    }
}
