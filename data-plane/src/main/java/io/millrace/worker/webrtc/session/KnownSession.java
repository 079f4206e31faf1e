package io.millrace.worker.webrtc.session;

import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.codec.Candidate;
import io.millrace.worker.webrtc.codec.Sdp;
import io.millrace.worker.webrtc.codec.SdpCandidates;
import io.millrace.worker.webrtc.codec.SdpFormatException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * DELETE and PATCH of a session that any worker began: goes to the origin that the URL names, without another one in its place. Lives on
 * the client's loop.
 */
public final class KnownSession {

    private static final Logger LOG = Logger.getLogger(KnownSession.class);
    private static final String NOT_OURS = "Unknown session.";

    private final SignallingContext context;
    private final Exchange exchange;
    private final Request request;
    private final ByteBuffer body;

    private KnownSession(SignallingContext context, Exchange exchange, ByteBuffer body) {
        this.context = context;
        this.exchange = exchange;
        this.request = exchange.request();
        this.body = body;
    }

    public static void serve(SignallingContext context, Exchange exchange, ByteBuffer body) {
        KnownSession session = new KnownSession(context, exchange, body);
        String token = RawQuery.value(exchange.request().query(), ResourceTokens.PARAMETER);
        if (token == null) {
            session.findByName();
        } else {
            session.findByToken(token);
        }
    }

    private void findByToken(String token) {
        String resource = ResourceLocation.atOrigin(request.path(), request.query());
        Optional<ResourceTokens.Owner> owner = context.tokens().read(token, resource);
        if (owner.isEmpty()) {
            exchange.refuse(HttpResponseStatus.FORBIDDEN, NOT_OURS);
            return;
        }
        Optional<Origin> origin = context.table().origin(owner.get().origin());
        if (origin.isEmpty()) {
            // Its media has nowhere to go either.
            context.routes().ended(owner.get().ufrag(), "the origin is not registered any more");
            exchange.refuse(HttpResponseStatus.NOT_FOUND, "The origin of this session is not registered any more.");
            return;
        }
        ask(origin.get(), owner.get(), resource);
    }

    /** SRS's own form, which players write themselves that learnt it from an SRS: {@code action=delete&token=&app=&stream=&session=}. */
    private void findByName() {
        String query = request.query();
        Optional<String> session = Queries.value(query, "session");
        boolean isSrsForm = request.method().equals(HttpMethod.DELETE)
                && Queries.value(query, "action").filter("delete"::equals).isPresent()
                && Queries.value(query, "token").isPresent()
                && session.isPresent();
        if (!isSrsForm) {
            exchange.refuse(HttpResponseStatus.NOT_FOUND, NOT_OURS);
            return;
        }
        StreamKey stream;
        try {
            stream = context.router().naming().ofQuery(request.host(), query);
        } catch (IllegalArgumentException e) {
            exchange.refuse(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        Optional<RouteUfrags.Lead> lead = context.ufrags().read(session.get().split(":", 2)[0]);
        if (lead.isPresent()) {
            askNamed(lead.get().origin(), stream);
            return;
        }
        context.router()
                .resolve(stream, Intent.PLAY, Protocol.WEBRTC, List.of())
                .whenComplete((found, failure) ->
                        exchange.channel().eventLoop().execute(() -> resolved(found, failure, stream)));
    }

    private void resolved(@Nullable Resolution found, @Nullable Throwable failure, StreamKey stream) {
        if (exchange.isOver()) {
            return;
        }
        switch (found) {
            case Resolution.Route route -> askNamed(route.origin(), stream);
            case Resolution.NoRoute nowhere ->
                exchange.refuse(HttpResponseStatus.NOT_FOUND, "No origin has this stream.");
            case null -> {
                LOG.error("resolve failed protocol=webrtc", failure);
                exchange.refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error.");
            }
        }
    }

    /** That the session is the client's is not proven, and SRS answers yes to names that it does not know, so media is not touched here. */
    private void askNamed(Origin origin, StreamKey stream) {
        ask(
                origin,
                new ResourceTokens.Owner(origin.id(), "", stream, Intent.PLAY),
                ResourceLocation.atOrigin(request.path(), request.query()));
    }

    // ---- the origin

    private void ask(Origin origin, ResourceTokens.Owner owner, String resource) {
        Optional<Endpoint> api = OriginMedia.api(origin);
        ByteBuffer asked;
        try {
            asked = forOrigin();
        } catch (SdpFormatException e) {
            exchange.refuse(HttpResponseStatus.BAD_REQUEST, "The body is no SDP: " + e.getMessage() + ".");
            return;
        }
        if (api.isEmpty()) {
            exchange.refuse(HttpResponseStatus.BAD_GATEWAY, "The session's origin takes no signalling.");
            return;
        }
        SignallingRequest pending = SignallingRequest.ask(
                context.http(),
                exchange.channel().eventLoop(),
                api.get(),
                request,
                resource,
                asked,
                context.settings().originAnswerTimeout(),
                new SignallingRequest.Listener() {
                    @Override
                    public void answered(OriginAnswer answer) {
                        context.router().succeeded(origin.id());
                        KnownSession.this.answered(origin, owner, resource, answer);
                    }

                    @Override
                    public void failed(OriginFailure failure, boolean saidNothing) {
                        KnownSession.this.failed(origin, failure, saidNothing);
                    }
                });
        // A client that ends its session may not wait for the answer: the origin is told all the same.
        if (!request.method().equals(HttpMethod.DELETE)) {
            exchange.onClientGone(pending::cancel);
        }
    }

    /** What a client trickles is not passed on, as the candidates of its offer were not; a new ufrag of it is. */
    private ByteBuffer forOrigin() {
        if (context.settings().direct() || !body.hasRemaining() || !isDescription(request.headers())) {
            return body;
        }
        return OriginAnswer.bytes(SdpCandidates.removed(Sdp.parseFragment(OriginAnswer.text(body)))
                .toString());
    }

    private static boolean isDescription(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
        return type.startsWith("application/trickle-ice-sdpfrag") || type.startsWith("application/sdp");
    }

    private void failed(Origin origin, OriginFailure failure, boolean saidNothing) {
        LOG.warnf(
                "origin failed origin=%s failure=%s detail=\"%s\" protocol=webrtc method=%s",
                origin.displayName(), failure.failure().word(), failure.detail(), request.method());
        // SRS closes the connection on a wrong token of its own: a stranger must not make it look unavailable.
        if (saidNothing && failure.failure() != Failure.RESET) {
            context.router()
                    .failed(OriginObservation.of(
                            origin,
                            failure.failure(),
                            failure.detail(),
                            context.clock().instant()));
        }
        if (!exchange.isOver()) {
            exchange.refuse(
                    failure.failure() == Failure.TIMEOUT
                            ? HttpResponseStatus.GATEWAY_TIMEOUT
                            : HttpResponseStatus.BAD_GATEWAY,
                    "The session's origin cannot be reached.");
        }
    }

    // ---- its answer

    private void answered(Origin origin, ResourceTokens.Owner owner, String resource, OriginAnswer answer) {
        if (request.method().equals(HttpMethod.DELETE)) {
            int status = answer.status().code();
            boolean isGone = answer.isSuccess() || status == 404 || status == 410;
            if (isGone && !owner.ufrag().isEmpty()) {
                context.routes().ended(owner.ufrag(), "the client ended it over HTTP");
            }
            AnswerToClient.pass(exchange, answer, Optional.empty());
            return;
        }
        if (context.settings().direct()
                || !answer.isSuccess()
                || !answer.body().hasRemaining()
                || !isDescription(answer.headers())) {
            AnswerToClient.pass(exchange, answer, Optional.empty());
            return;
        }
        try {
            restarted(origin, owner, resource, answer, Sdp.parseFragment(answer.text()));
        } catch (SdpFormatException e) {
            LOG.warnf("origin answered no SDP origin=%s reason=\"%s\"", origin.displayName(), e.getMessage());
            exchange.refuse(HttpResponseStatus.BAD_GATEWAY, "The answer of the session's origin is no SDP.");
        }
    }

    /** The origin has new credentials (RFC 9725, section 4.3.3): media will come with them, to the worker as before. */
    private void restarted(
            Origin origin, ResourceTokens.Owner owner, String resource, OriginAnswer answer, Sdp description) {
        List<Candidate> ours = context.candidates().of(request, Optional.empty());
        Optional<Endpoint> media = OriginMedia.endpoint(origin, description.candidates());
        if (ours.isEmpty() || media.isEmpty()) {
            exchange.refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "This worker takes no media.");
            return;
        }
        OriginAnswer rewritten =
                answer.withText(SdpCandidates.replaced(description, ours).toString());
        Optional<String> ufrag = description.iceUfrag().filter(fresh -> !fresh.equals(owner.ufrag()));
        if (ufrag.isEmpty()) {
            AnswerToClient.pass(exchange, rewritten, Optional.empty());
            return;
        }
        context.routes()
                .announce(
                        new MediaRoute(
                                ufrag.get(),
                                origin.id(),
                                media.get(),
                                owner.stream(),
                                owner.intent(),
                                0,
                                resource,
                                null),
                        false,
                        exchange.channel().eventLoop(),
                        () -> AnswerToClient.pass(exchange, rewritten, Optional.empty()));
    }
}
