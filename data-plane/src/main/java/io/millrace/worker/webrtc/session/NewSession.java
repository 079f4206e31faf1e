package io.millrace.worker.webrtc.session;

import io.millrace.model.Endpoint;
import io.millrace.model.OriginKind;
import io.millrace.model.Protocol;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.webrtc.codec.Candidate;
import io.millrace.worker.webrtc.codec.Sdp;
import io.millrace.worker.webrtc.codec.SdpCandidates;
import io.millrace.worker.webrtc.codec.SdpFormatException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Brings one offer to the origin of its stream and the answer back. Lives on the client's loop. */
public final class NewSession {

    private static final Logger LOG = Logger.getLogger(NewSession.class);

    /** RFC 8839, section 5.4. */
    private static final int MAX_UFRAG = 256;

    private final SignallingContext context;
    private final Exchange exchange;
    private final Offer offer;
    private final List<Candidate> ours;
    private final Permit permit;
    private final EventLoop loop;
    private final Dials.Wanted wanted;
    private final Dials<Attempt> attempts;
    private Optional<Runnable> waits = Optional.empty();

    /** @param ours where the client shall send its media; empty only when it goes to the origin directly */
    private NewSession(SignallingContext context, Exchange exchange, Offer offer, List<Candidate> ours, Permit permit) {
        this.context = context;
        this.exchange = exchange;
        this.offer = offer;
        this.ours = ours;
        this.permit = permit;
        this.loop = exchange.channel().eventLoop();
        this.wanted = new Dials.Wanted(
                offer.stream(),
                offer.intent(),
                Protocol.WEBRTC,
                exchange.request().client().shown(),
                this::mayWait);
        this.attempts = new Dials<>(
                context.router(),
                wanted,
                loop,
                Dials.Hedging.after(
                        context.settings().originHedgeAfter(), loop, context.clock(), context.originMetrics()),
                new Search());
    }

    public static void begin(SignallingContext context, Exchange exchange, Offer offer) {
        List<Candidate> ours = context.settings().direct()
                ? List.of()
                : context.candidates().of(exchange.request(), offer.announced());
        if (ours.isEmpty() && !context.settings().direct()) {
            offer.refusalFormat()
                    .refuse(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, "This worker takes no media.");
            return;
        }
        if (Queries.value(offer.query(), Queries.UFRAG)
                .flatMap(context.ufrags()::read)
                .isPresent()) {
            // It would take over what the others know of that session.
            offer.refusalFormat()
                    .refuse(exchange, HttpResponseStatus.BAD_REQUEST, "This ice-ufrag is another session's.");
            return;
        }
        AccessRequest request = new AccessRequest(
                Protocol.WEBRTC,
                offer.intent(),
                offer.stream(),
                exchange.request().client().shown(),
                new Credentials(offer.query(), exchange.request().credentials().bearer()));
        context.sessions().permit(request, exchange.channel().eventLoop(), permission -> {
            if (exchange.isOver()) {
                return;
            }
            switch (permission) {
                case OpenResult.Refused refused -> refuse(exchange, offer, refused);
                case Permit permit ->
                    context.sessions()
                            .refusal(permit, true)
                            .ifPresentOrElse(
                                    refused -> refuse(exchange, offer, refused),
                                    () -> begin(context, exchange, offer, ours, permit));
            }
        });
    }

    private static void refuse(Exchange exchange, Offer offer, OpenResult.Refused refused) {
        HttpResponseStatus status =
                refused.isForbidden() ? HttpResponseStatus.FORBIDDEN : HttpResponseStatus.SERVICE_UNAVAILABLE;
        offer.refusalFormat().refuse(exchange, status, refused.explanation());
    }

    private static void begin(
            SignallingContext context, Exchange exchange, Offer offer, List<Candidate> ours, Permit permit) {
        NewSession session = new NewSession(context, exchange, offer, ours, permit);
        exchange.onClientGone(session::clientGone);
        session.attempts.start();
    }

    /** What a play of a made up name leaves behind, here and at the control plane, is bounded before any origin is asked. */
    private boolean mayWait() {
        if (waits.isEmpty()) {
            waits = context.sessions()
                    .expectWaiting(offer.stream(), exchange.request().client().shown());
        }
        return waits.isPresent();
    }

    private void waitsNoLonger() {
        waits.ifPresent(Runnable::run);
        waits = Optional.empty();
    }

    private void clientGone() {
        attempts.cancel();
        waitsNoLonger();
    }

    // ---- the origin

    private final class Search implements Dials.Owner<Attempt> {

        @Override
        public Optional<Attempt> dial(Resolution.Route route) {
            Optional<Endpoint> api = OriginMedia.api(route.origin());
            if (api.isEmpty()) {
                attempts.cancel();
                reject(CloseReason.ORIGIN_PROTOCOL_ERROR, route.origin().displayName() + " has no HTTP API");
                refuse(HttpResponseStatus.BAD_GATEWAY, "The stream's origin takes no signalling.");
            }
            return api.map(endpoint -> new Attempt(route, endpoint));
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            reject(reason, detail);
            switch (reason) {
                case NO_ORIGIN -> refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "No origin may take this stream now.");
                case TOO_MANY_WAITING ->
                    refuse(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "This stream is not published, and too many such streams are waited for.");
                default -> refuse(HttpResponseStatus.BAD_GATEWAY, "The stream's origin cannot be reached.");
            }
        }

        @Override
        public void broken(Throwable cause) {
            waitsNoLonger();
            LOG.error("resolve failed", cause);
            refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error.");
        }
    }

    /** One origin that may get the offer. */
    private final class Attempt implements Dials.Attempt {

        private Resolution.Route route;
        private final Endpoint api;
        private @Nullable SignallingRequest pending;

        Attempt(Resolution.Route route, Endpoint api) {
            this.route = route;
            this.api = api;
        }

        @Override
        public Resolution.Route route() {
            return route;
        }

        @Override
        public void start(EventLoop loop) {
            if (wanted.isOpen(route)) {
                Duration limit = context.settings().originAnswerTimeout();
                pending = SignallingRequest.probe(
                        context.http(), loop, api, offer.path(), limit, new ProbeListener(this));
            } else {
                ask(api);
            }
        }

        @Override
        public void goOn(Resolution.Route decided) {
            route = decided;
            OriginMedia.api(decided.origin()).ifPresent(this::ask);
        }

        /** An offer makes a session of an origin, and of a publisher a stream; so it goes to one origin only. */
        private void ask(Endpoint endpoint) {
            Asked asked = asked(route);
            pending = SignallingRequest.ask(
                    context.http(),
                    loop,
                    endpoint,
                    exchange.request(),
                    asked.target(),
                    offer.body(),
                    context.settings().originAnswerTimeout(),
                    new SignallingRequest.Listener() {
                        @Override
                        public void answered(OriginAnswer answer) {
                            attempts.succeeded(Attempt.this);
                            NewSession.this.answered(asked, answer);
                        }

                        @Override
                        public void failed(OriginFailure failure, boolean saidNothing) {
                            NewSession.this.failed(Attempt.this, failure, saidNothing);
                        }
                    });
        }

        @Override
        public void cancel() {
            if (pending != null) {
                pending.cancel();
            }
        }
    }

    /** Whether an origin answers that has not got the offer yet. */
    private final class ProbeListener implements SignallingRequest.Listener {

        private final Attempt attempt;

        ProbeListener(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void answered(OriginAnswer answer) {
            attempts.answered(attempt);
        }

        /** An origin that does not know the method may hang up. */
        @Override
        public void failed(OriginFailure failure, boolean saidNothing) {
            if (failure.failure() == Failure.RESET || !saidNothing) {
                attempts.answered(attempt);
            } else {
                unreachable(attempt, failure);
            }
        }
    }

    /**
     * What an origin was asked.
     *
     * @param ufrag that we chose; empty where the origin chooses
     */
    private record Asked(Resolution.Route route, String target, String ufrag) {}

    private Asked asked(Resolution.Route route) {
        boolean direct = context.settings().direct();
        String query = Queries.forOrigin(offer.query(), direct);
        boolean weChoose = route.origin().kind() == OriginKind.SRS
                && !direct
                && Queries.value(query, Queries.UFRAG).isEmpty();
        String ufrag = weChoose ? context.ufrags().write(route.origin().id(), offer.intent()) : "";
        String whole = weChoose ? RawQuery.with(RawQuery.without(query, Queries.UFRAG), Queries.UFRAG, ufrag) : query;
        return new Asked(route, whole.isEmpty() ? offer.path() : offer.path() + "?" + whole, ufrag);
    }

    private void failed(Attempt attempt, OriginFailure failure, boolean saidNothing) {
        if (failure.failure() == Failure.RESET) {
            // How SRS refuses an offer, or a second publisher: it is alive, and another origin would split the stream.
            attempts.succeeded(attempt);
            reject(CloseReason.ORIGIN_REFUSED_STREAM, failure.detail());
            refuse(
                    HttpResponseStatus.BAD_GATEWAY,
                    "The stream's origin closed the connection without an answer, which may be its refusal.");
            return;
        }
        if (saidNothing) {
            unreachable(attempt, failure);
            return;
        }
        attempts.cancel();
        reject(CloseReason.ORIGIN_PROTOCOL_ERROR, failure.detail());
        refuse(
                HttpResponseStatus.BAD_GATEWAY,
                "The stream's origin closed the connection in the middle of its answer.");
    }

    private void unreachable(Attempt attempt, OriginFailure failure) {
        attempts.failed(
                attempt,
                OriginObservation.of(
                        attempt.route().origin(),
                        failure.failure(),
                        failure.detail(),
                        context.clock().instant()));
    }

    // ---- its answer

    private void answered(Asked asked, OriginAnswer answer) {
        Optional<String> text = offer.description(answer);
        if (text.isEmpty()) {
            reject(
                    CloseReason.ORIGIN_REFUSED_STREAM,
                    asked.route().origin().displayName() + " answered "
                            + answer.status().code());
            AnswerToClient.pass(exchange, answer, Optional.empty());
            return;
        }
        try {
            agreed(asked, answer, Sdp.parse(text.get()));
        } catch (SdpFormatException e) {
            reject(CloseReason.ORIGIN_PROTOCOL_ERROR, "its answer is no SDP: " + e.getMessage());
            refuse(HttpResponseStatus.BAD_GATEWAY, "The answer of the stream's origin is no SDP.");
        }
    }

    private void agreed(Asked asked, OriginAnswer answer, Sdp description) {
        String ufrag = description
                .iceUfrag()
                .filter(text -> text.length() <= MAX_UFRAG)
                .orElseThrow(() -> new SdpFormatException("it has no ice-ufrag, or a longer one than may be"));
        Resolution.Route route = asked.route();
        Optional<String> resource = Optional.ofNullable(answer.headers().get(HttpHeaderNames.LOCATION))
                .flatMap(location -> ResourceLocation.resource(location, asked.target()));
        Optional<String> location = resource.map(there -> ResourceLocation.shown(
                there,
                context.tokens()
                        .write(
                                new ResourceTokens.Owner(route.origin().id(), ufrag, offer.stream(), offer.intent()),
                                there)));
        LOG.infof(
                "session signalled intent=%s stream=\"%s\" client=%s origin=%s ufrag=%s",
                offer.intent().word(),
                offer.stream(),
                exchange.request().client().shown(),
                route.origin().displayName(),
                ufrag);
        if (context.settings().direct()) {
            AnswerToClient.pass(exchange, answer, location);
            return;
        }
        OriginAnswer rewritten =
                offer.with(answer, SdpCandidates.replaced(description, ours).toString());
        MediaRoute media = new MediaRoute(
                ufrag,
                route.origin().id(),
                OriginMedia.endpoint(route.origin(), route.endpoint(), description.candidates()),
                offer.stream(),
                offer.intent(),
                route.epoch(),
                resource.orElse(""),
                permit.subject());
        // From here on it counts until its media comes or is expected no longer, whether the client waits for the
        // answer or not.
        waits = Optional.empty();
        context.routes()
                .announce(
                        media,
                        ufrag.equals(asked.ufrag()),
                        loop,
                        () -> AnswerToClient.pass(exchange, rewritten, location));
    }

    private void reject(CloseReason reason, String detail) {
        waitsNoLonger();
        context.sessions()
                .rejected(Protocol.WEBRTC, reason, exchange.request().client().shown(), detail);
    }

    private void refuse(HttpResponseStatus status, String message) {
        if (!exchange.isOver()) {
            offer.refusalFormat().refuse(exchange, status, message);
        }
    }
}
