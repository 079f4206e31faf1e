package io.millrace.worker.webrtc.session.whip;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.webrtc.session.BadOfferException;
import io.millrace.worker.webrtc.session.KnownSession;
import io.millrace.worker.webrtc.session.NewSession;
import io.millrace.worker.webrtc.session.Queries;
import io.millrace.worker.webrtc.session.RefusalFormat;
import io.millrace.worker.webrtc.session.ResourceTokens;
import io.millrace.worker.webrtc.session.SignallingCalls;
import io.millrace.worker.webrtc.session.SignallingContext;
import io.millrace.worker.webrtc.session.WholeBody;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/** WHIP and WHEP, and the resources that they make: {@code /rtc/v1/whip/}, {@code /rtc/v1/whep/}, {@code /rtc/v1/whip-play/}. */
public final class WhipService implements HttpService {

    private static final String ALLOWED = "OPTIONS, POST, PATCH, DELETE";
    private static final Set<HttpMethod> OF_RESOURCES = Set.of(HttpMethod.OPTIONS, HttpMethod.PATCH, HttpMethod.DELETE);

    /** By their paths without the last slash. */
    private static final Map<String, Intent> PATHS =
            Map.of("/rtc/v1/whip", Intent.PUBLISH, "/rtc/v1/whep", Intent.PLAY, "/rtc/v1/whip-play", Intent.PLAY);

    private final SignallingContext context;

    public WhipService(SignallingContext context) {
        this.context = context;
    }

    @Override
    public String word() {
        return "whip";
    }

    @Override
    public HttpPort port() {
        return HttpPort.API;
    }

    @Override
    public boolean claims(Request request) {
        return PATHS.containsKey(SignallingCalls.bare(request.path())) || isResource(request);
    }

    /** A resource may have any path: it is its origin's. A browser asks by OPTIONS whether a page may end its session. */
    private static boolean isResource(Request request) {
        return OF_RESOURCES.contains(request.method())
                && RawQuery.value(request.query(), ResourceTokens.PARAMETER) != null;
    }

    @Override
    public void options(Request request, HttpHeaders answer) {
        answer.set("accept-post", "application/sdp");
    }

    @Override
    public void serve(Exchange exchange) {
        HttpMethod method = exchange.request().method();
        if (method.equals(HttpMethod.DELETE) || method.equals(HttpMethod.PATCH)) {
            WholeBody.of(exchange, body -> KnownSession.serve(context, exchange, body));
        } else if (!method.equals(HttpMethod.POST)) {
            SignallingCalls.refuseMethod(exchange, ALLOWED, "An offer is sent by POST.");
        } else if (context.admission().admits(exchange, RefusalFormat.PLAIN)) {
            WholeBody.of(exchange, body -> offered(exchange, body));
        }
    }

    private void offered(Exchange exchange, ByteBuffer body) {
        Request request = exchange.request();
        StreamKey stream;
        try {
            stream = context.router().naming().ofQuery(request.host(), request.query());
        } catch (IllegalArgumentException e) {
            refuse(exchange, CloseReason.PEER_BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        WhipOffer offer;
        try {
            String path = SignallingCalls.bare(request.path()) + "/";
            offer = WhipOffer.of(
                    request,
                    stream,
                    intent(request),
                    path,
                    body,
                    context.settings().direct());
        } catch (BadOfferException e) {
            refuse(exchange, CloseReason.PEER_PROTOCOL_ERROR, e.reason());
            return;
        }
        NewSession.begin(context, exchange, offer);
    }

    /** SRS lets {@code action=} say it on the path of WHIP. */
    private static Intent intent(Request request) {
        Intent ofPath = PATHS.getOrDefault(SignallingCalls.bare(request.path()), Intent.PUBLISH);
        if (ofPath == Intent.PLAY) {
            return ofPath;
        }
        return switch (Queries.value(request.query(), "action").orElse("publish")) {
            case "publish" -> Intent.PUBLISH;
            case "play" -> Intent.PLAY;
            default -> throw new BadOfferException("With POST, action is publish or play.");
        };
    }

    private void refuse(Exchange exchange, CloseReason reason, String message) {
        context.sessions()
                .rejected(Protocol.WEBRTC, reason, exchange.request().client().shown(), message);
        exchange.refuse(HttpResponseStatus.BAD_REQUEST, message);
    }
}
