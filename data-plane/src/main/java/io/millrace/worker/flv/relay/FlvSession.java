package io.millrace.worker.flv.relay;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionHandle;
import io.millrace.worker.flv.codec.WebSocketFrames;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.semantics.EndToEnd;
import io.millrace.worker.net.memory.OverBudgetException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One viewer from its request to the end. */
public final class FlvSession {

    private static final Logger LOG = Logger.getLogger(FlvSession.class);

    private final FlvContext context;
    private final Exchange exchange;
    private final Wish wish;
    private final boolean http10;
    private @Nullable Session session;
    private Runnable leaveOrigin = () -> {};
    private @Nullable LiveRelay relay;
    private boolean refused;
    private boolean ended;

    private FlvSession(FlvContext context, Exchange exchange, Wish wish) {
        this.context = context;
        this.exchange = exchange;
        this.wish = wish;
        this.http10 = exchange.request().version().equals(HttpVersion.HTTP_1_0);
    }

    /** Looks for the stream and plays it; the answer is given whatever comes of it. */
    public static void start(FlvContext context, Exchange exchange, Wish wish, StreamKey stream) {
        new FlvSession(context, exchange, wish).open(stream);
    }

    private void open(StreamKey stream) {
        Request request = exchange.request();
        AccessRequest asked = new AccessRequest(
                Protocol.FLV, Intent.PLAY, stream, request.client().shown(), request.credentials());
        context.sessions().permit(asked, exchange.channel().eventLoop(), permission -> {
            if (exchange.isOver()) {
                return;
            }
            switch (permission) {
                case OpenResult.Refused refused -> refuse(refused);
                case Permit permit -> open(permit);
            }
        });
    }

    private void refuse(OpenResult.Refused refused) {
        exchange.refuse(
                refused.isForbidden() ? HttpResponseStatus.FORBIDDEN : HttpResponseStatus.SERVICE_UNAVAILABLE,
                refused.explanation());
    }

    private void open(Permit permit) {
        Channel client = exchange.channel();
        SessionHandle door = (reason, detail) -> client.eventLoop().execute(() -> end(reason, detail));
        switch (context.sessions().open(permit, door)) {
            case OpenResult.Refused refused -> refuse(refused);
            case OpenResult.Opened accepted -> {
                session = accepted.session();
                exchange.onClientGone(this::clientGone);
                OriginSearch search = new OriginSearch(
                        context,
                        accepted.session(),
                        exchange,
                        http10,
                        outcome -> searched(accepted.session(), outcome));
                leaveOrigin = search::cancel;
                search.start();
            }
        }
    }

    private void clientGone() {
        OverBudgetException.of(exchange.channel())
                .ifPresentOrElse(
                        shed -> end(CloseReason.MEMORY_FULL, String.valueOf(shed.getMessage())),
                        () -> end(CloseReason.PEER_CLOSED, ""));
    }

    private void searched(Session opened, OriginSearch.Outcome outcome) {
        switch (outcome) {
            case OriginSearch.Outcome.Found found -> {
                if (ended) {
                    found.dialled().channel().close();
                } else {
                    found(opened, found.dialled(), found.head(), found.framing());
                }
            }
            case OriginSearch.Outcome.FoundNone(CloseReason reason, String detail) -> end(reason, detail);
            case OriginSearch.Outcome.Broken(Throwable cause) -> broken(cause);
        }
    }

    private void broken(Throwable defect) {
        LOG.errorf(
                defect,
                "internal error, session ended protocol=flv client=%s",
                exchange.request().client().shown());
        end(CloseReason.INTERNAL_ERROR, defect.toString());
    }

    // ---- relaying

    private void found(Session current, OriginDial dial, HttpResponse head, BodyFraming framing) {
        leaveOrigin = () -> dial.channel().close();
        HttpResponseStatus status = head.status();
        HttpHeaders headers = EndToEnd.headers(head.headers());
        boolean bodiless = wish == Wish.HEAD || status.code() == 204 || status.code() == 304;
        refused = status.code() >= 300;
        if (bodiless) {
            exchange.answer(status, headers, Unpooled.EMPTY_BUFFER);
            end(endReason(), status.toString());
            return;
        }
        boolean webSocket = wish == Wish.WEBSOCKET && status.equals(HttpResponseStatus.OK);
        boolean chunked = framing instanceof BodyFraming.Chunked;
        boolean unwrap = chunked && (webSocket || http10 || !exchange.canSwitch());
        if (chunked) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        }
        Viewer viewer = viewer(current, dial.channel(), status, headers, webSocket, chunked && !unwrap);
        LiveRelay started = new LiveRelay(current, context.settings(), framing, unwrap, viewer, this::relayOver);
        relay = started;
        context.loops().ticker(exchange.channel()).add(started);
        if (status.equals(HttpResponseStatus.OK)) {
            context.sessions()
                    .relaying(current, dial.route().origin(), dial.route().epoch());
        }
        dial.handOver(new OriginEnd(dial, started));
        if (!ended) {
            started.begin();
        }
    }

    /** Writes the head of the answer, in the protocol of the client. */
    private Viewer viewer(
            Session current,
            Channel origin,
            HttpResponseStatus status,
            HttpHeaders headers,
            boolean webSocket,
            boolean chunked) {
        Channel client = exchange.channel();
        if (webSocket) {
            String key = exchange.request().headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
            exchange.switchTo(
                    HttpResponseStatus.SWITCHING_PROTOCOLS,
                    new DefaultHttpHeaders()
                            .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                            .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                            .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, WebSocketFrames.accept(key)),
                    new ClientEnd(current, true, this::relayOver));
            return new WebSocketViewer(client, origin);
        }
        if (!exchange.canSwitch()) {
            return new StreamViewer(exchange.begin(status, headers), origin);
        }
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        exchange.switchTo(status, headers, new ClientEnd(current, false, this::relayOver));
        return new PlainViewer(client, origin);
    }

    private void relayOver(CloseReason reason, String detail) {
        boolean originsDoing = reason == CloseReason.ORIGIN_CLOSED;
        end(originsDoing ? endReason() : reason, detail);
    }

    /** An answer that is no stream is a refusal, however complete. */
    private CloseReason endReason() {
        return refused ? CloseReason.ORIGIN_REFUSED_STREAM : CloseReason.ORIGIN_CLOSED;
    }

    /** The origin's connection while it is relayed. */
    private final class OriginEnd extends ChannelInboundHandlerAdapter {

        private final OriginDial dial;
        private final LiveRelay target;

        OriginEnd(OriginDial dial, LiveRelay target) {
            this.dial = dial;
            this.target = target;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                target.fromOrigin(bytes);
            } else {
                // The decoder's last message, when the answer has no body.
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            target.originReadComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (target.mayEndHere()) {
                relayOver(CloseReason.ORIGIN_CLOSED, "");
            } else {
                failed("it closed the connection in the middle of its answer");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof IOException) {
                failed(String.valueOf(cause.getMessage()));
            } else {
                broken(cause);
            }
        }

        private void failed(String detail) {
            if (!ended) {
                context.router().failed(dial.observation(Failure.RESET, detail));
                end(CloseReason.ORIGIN_RESET, detail);
            }
        }
    }

    // ---- the end

    private void end(CloseReason reason, String detail) {
        if (ended) {
            return;
        }
        ended = true;
        if (session != null) {
            context.sessions().close(session, reason, detail);
        }
        if (relay != null) {
            context.loops().ticker(exchange.channel()).remove(relay);
            relay.finish(reason);
        } else if (!exchange.isOver()) {
            exchange.refuse(statusFor(reason), detail.isEmpty() ? reason.metricTag() : detail);
        }
        leaveOrigin.run();
    }

    private static HttpResponseStatus statusFor(CloseReason reason) {
        return switch (reason.category()) {
            case ORIGIN -> HttpResponseStatus.BAD_GATEWAY;
            case US -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
            case PEER, CAPACITY, OPERATOR -> HttpResponseStatus.SERVICE_UNAVAILABLE;
        };
    }
}
