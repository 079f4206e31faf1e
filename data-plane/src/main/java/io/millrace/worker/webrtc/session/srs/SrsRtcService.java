package io.millrace.worker.webrtc.session.srs;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.webrtc.session.BadOfferException;
import io.millrace.worker.webrtc.session.NewSession;
import io.millrace.worker.webrtc.session.RefusalFormat;
import io.millrace.worker.webrtc.session.SignallingCalls;
import io.millrace.worker.webrtc.session.SignallingContext;
import io.millrace.worker.webrtc.session.WholeBody;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.Map;

/** SRS's API from before WHIP: {@code /rtc/v1/publish/} and {@code /rtc/v1/play/}. */
public final class SrsRtcService implements HttpService {

    private static final Map<String, Intent> PATHS =
            Map.of("/rtc/v1/publish", Intent.PUBLISH, "/rtc/v1/play", Intent.PLAY);

    private final SignallingContext context;

    public SrsRtcService(SignallingContext context) {
        this.context = context;
    }

    @Override
    public String word() {
        return "srs-rtc";
    }

    @Override
    public HttpPort port() {
        return HttpPort.API;
    }

    @Override
    public boolean claims(Request request) {
        return PATHS.containsKey(SignallingCalls.bare(request.path()));
    }

    @Override
    public void serve(Exchange exchange) {
        if (!exchange.request().method().equals(HttpMethod.POST)) {
            SignallingCalls.refuseMethod(exchange, "OPTIONS, POST", "An offer is sent by POST, as JSON.");
        } else if (context.admission().admits(exchange, RefusalFormat.JSON)) {
            WholeBody.of(exchange, body -> offered(exchange, body));
        }
    }

    private void offered(Exchange exchange, ByteBuffer body) {
        Request request = exchange.request();
        String path = SignallingCalls.bare(request.path());
        SrsOffer offer;
        try {
            offer = SrsOffer.of(
                    context.router().naming(),
                    PATHS.getOrDefault(path, Intent.PLAY),
                    path + "/",
                    request.query(),
                    body,
                    context.settings().direct());
        } catch (BadOfferException e) {
            context.sessions()
                    .rejected(
                            Protocol.WEBRTC,
                            CloseReason.PEER_PROTOCOL_ERROR,
                            request.client().shown(),
                            e.reason());
            RefusalFormat.JSON.refuse(exchange, HttpResponseStatus.BAD_REQUEST, e.reason());
            return;
        }
        NewSession.begin(context, exchange, offer);
    }
}
