package io.millrace.worker.http.server;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.net.memory.KeptInput;
import io.millrace.worker.net.memory.OverBudgetException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A client's connection, or one stream of it: reads a request, finds who serves it, and reads the next when that is done. */
public final class HttpConnection extends ChannelInboundHandlerAdapter implements Ticking {

    private static final Logger LOG = Logger.getLogger(HttpConnection.class);

    /** A client that was told to go away has so long to read why, and to stop sending. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** Where a connection is, as far as deadlines go. */
    private enum Phase {
        /** Nothing was served yet. */
        FIRST_HEAD,
        IDLE,
        HEAD,
        BODY,
        ANSWERING,
        LEAVING,
        GONE
    }

    private final ServerParts parts;
    private final Framing framing;
    private final boolean secure;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ServedExchange exchange;
    private boolean bodyOpen;
    private long bodyBytes;
    private KeptInput kept = KeptInput.NONE;
    private boolean leaving;
    private boolean gone;
    private boolean nextWaits;
    private long served;

    private Phase phase = Phase.FIRST_HEAD;
    private long sinceNanos;
    private long servedAtTick = -1;
    private long waitingAtTick;

    public HttpConnection(ServerParts parts, Framing framing, boolean secure) {
        this.parts = parts;
        this.framing = framing;
        this.secure = secure;
    }

    /** A connection of HTTP/1.0 or 1.1, from its next byte on; on its loop. */
    public static void addHttp1To(ChannelPipeline pipeline, ServerParts parts, boolean secure) {
        StrictRequestDecoder decoder = new StrictRequestDecoder();
        AnswerEncoder encoder = new AnswerEncoder();
        pipeline.addLast(decoder, encoder, new HttpConnection(parts, new Http1Framing(decoder, encoder), secure));
    }

    // ---- the channel

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        kept = KeptInput.of(ctx.channel());
        parts.ticks().add(ctx.channel(), this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        parts.ticks().remove(ctx.channel(), this);
        gone = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            switch (message) {
                case Refusal refusal -> refuseUnread(refusal);
                case HttpRequest request when exchange == null && !leaving -> begin(ctx, request);
                case HttpContent content when exchange != null || bodyOpen -> body(content);
                default -> {
                    // What comes after the last answer.
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable()) {
            return;
        }
        if (exchange != null) {
            exchange.writable();
        } else if (nextWaits) {
            next();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clientGone();
    }

    /** What is written is not read any more. */
    void clientGone() {
        gone = true;
        ServedExchange cut = exchange;
        exchange = null;
        if (cut != null) {
            cut.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case OverBudgetException shed ->
                parts.sessions().rejected("http", CloseReason.MEMORY_FULL, client(), String.valueOf(shed.getMessage()));
            case IOException _ -> LOG.debugf("connection reset client=%s", client());
            case DecoderException malformed ->
                parts.sessions()
                        .rejected(
                                "http",
                                CloseReason.PEER_PROTOCOL_ERROR,
                                client(),
                                String.valueOf(malformed.getMessage()));
            case Http2Exception broken ->
                parts.sessions()
                        .rejected("http", CloseReason.PEER_PROTOCOL_ERROR, client(), "HTTP/2: " + broken.getMessage());
            default -> LOG.errorf(cause, "internal error protocol=http client=%s", client());
        }
        ctx.close();
    }

    // ---- a request

    private void begin(ChannelHandlerContext ctx, HttpRequest decoded) {
        if (decoded.decoderResult().isFailure()) {
            refuseUnread(Refusal.bad("The request cannot be read."));
            return;
        }
        ClientAddress address = ClientAddress.of(ctx.channel());
        Request.Client asking =
                new Request.Client(address.ip().map(ip -> ip.getHostAddress()).orElse(""), address.shown(), secure);
        switch (RequestCheck.check(decoded, asking, !framing.isConnection())) {
            case RequestCheck.Wrong(Refusal refusal) -> refuseUnread(refusal);
            case RequestCheck.Good(Request request) -> serve(ctx, request, decoded instanceof LastHttpContent);
        }
    }

    private void serve(ChannelHandlerContext ctx, Request request, boolean isWhole) {
        if (request.bodyLength().orElse(0L) > parts.settings().maxBody()) {
            refuseUnread(tooLarge());
            return;
        }
        String expected = request.headers().get(HttpHeaderNames.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            refuseUnread(new Refusal(HttpResponseStatus.EXPECTATION_FAILED, "Only 100-continue can be expected."));
            return;
        }
        served++;
        bodyBytes = 0;
        bodyOpen = request.bodyLength().orElse(1L) > 0 && !isWhole;
        framing.answers(request);
        boolean preflight = request.method().equals(HttpMethod.OPTIONS);
        // OPTIONS may be for the whole server: *.
        Optional<HttpService> service = request.path().startsWith("/") ? parts.serviceFor(request) : Optional.empty();
        String word = preflight ? "none" : service.map(HttpService::word).orElse("none");
        boolean forPages = service.map(HttpService::isForPages).orElse(true);
        ServedExchange started = new ServedExchange(this, ctx, parts, request, word, forPages, expected != null);
        exchange = started;
        if (preflight) {
            DefaultHttpHeaders headers = new DefaultHttpHeaders();
            parts.head().preflight(request, headers, forPages);
            service.ifPresent(asked -> asked.options(request, headers));
            started.answer(HttpResponseStatus.NO_CONTENT, headers, Unpooled.EMPTY_BUFFER);
        } else if (service.isEmpty()) {
            started.refuse(HttpResponseStatus.NOT_FOUND, "Not found.");
        } else {
            serve(service.get(), started);
        }
    }

    private void serve(HttpService service, ServedExchange started) {
        try {
            service.serve(started);
        } catch (RuntimeException e) {
            LOG.errorf(e, "internal error service=%s client=%s", service.word(), client());
            started.fail();
        }
    }

    private void body(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            bodyOpen = false;
            ServedExchange cut = exchange;
            if (cut != null) {
                cut.cut(Refusal.bad("The body is not framed as it should be."));
            }
            leave();
            return;
        }
        bodyBytes += content.content().readableBytes();
        if (bodyBytes > parts.settings().maxBody()) {
            bodyOpen = false;
            ServedExchange cut = exchange;
            if (cut != null) {
                cut.cut(tooLarge());
            }
            leave();
            return;
        }
        keeps(bodyBytes);
        boolean last = content instanceof LastHttpContent;
        if (last) {
            bodyOpen = false;
        }
        if (exchange != null) {
            exchange.body(content.content().retain(), last);
        } else if (last && !leaving) {
            next();
        }
    }

    /** Services gather a body, and have it until they have answered. */
    private void keeps(long bytes) {
        kept.holds(0, bytes);
    }

    private Refusal tooLarge() {
        return new Refusal(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "The body is longer than " + parts.settings().maxBody() + " bytes.");
    }

    boolean isBodyOpen() {
        return bodyOpen;
    }

    boolean isLeaving() {
        return leaving || parts.leaving().get();
    }

    /** The exchange said all; goes on with the next request or ends. */
    void answered(boolean keepAlive) {
        exchange = null;
        keeps(0);
        if (!keepAlive || gone) {
            leave();
        } else if (!bodyOpen) {
            next();
        }
    }

    /** The exchange took the connection away. */
    void switchTo(ChannelHandlerContext ctx, ChannelHandler handler) {
        exchange = null;
        keeps(0);
        Reading.of(ctx.channel()).resume(Reading.Obstacle.SESSION);
        framing.switchTo(ctx, handler);
    }

    boolean canSwitch() {
        return framing.isConnection();
    }

    /** Requests that were sent ahead are served when the answers before them have gone, however small they are. */
    private void next() {
        nextWaits = !context().channel().isWritable();
        if (nextWaits || gone) {
            return;
        }
        try {
            framing.next();
        } catch (Exception e) {
            context().fireExceptionCaught(e);
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    // ---- refusals and the end

    /** Answers what no service gets to see, and ends the connection: what follows cannot be trusted. */
    private void refuseUnread(Refusal refusal) {
        if (leaving) {
            return;
        }
        parts.sessions().rejected("http", CloseReason.PEER_PROTOCOL_ERROR, client(), refusal.message());
        parts.metrics().answered("none", refusal.status().code());
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                refusal.status(),
                Unpooled.copiedBuffer(refusal.message() + "\n", StandardCharsets.UTF_8));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
        if (refusal.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            answer.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, OPTIONS");
        }
        if (framing.isConnection()) {
            answer.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        parts.head().complete(answer.headers(), true);
        context().write(answer);
        leave();
    }

    /** Sends what waits, says that nothing more comes, and lets the client finish reading. */
    private void leave() {
        if (leaving) {
            return;
        }
        leaving = true;
        ChannelHandlerContext ctx = context();
        if (!ctx.channel().isActive()) {
            ctx.close();
            return;
        }
        ctx.flush();
        if (!framing.isConnection()) {
            return;
        }
        Reading.of(ctx.channel()).discard();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (!secure && ctx.channel() instanceof DuplexChannel duplex) {
                // Closing at once would reset the connection under an answer that is not read yet.
                duplex.shutdownOutput();
            } else {
                ctx.close();
            }
        });
    }

    private String client() {
        return ClientAddress.of(context().channel()).shown();
    }

    // ---- deadlines

    @Override
    public void tick(long nowNanos) {
        Phase now = phaseNow();
        long waiting = now == Phase.ANSWERING ? waitingForClient() : 0;
        boolean moved = now != phase || served != servedAtTick || (now == Phase.ANSWERING && waiting != waitingAtTick);
        servedAtTick = served;
        waitingAtTick = waiting;
        phase = now;
        if (moved || (now == Phase.ANSWERING && waiting == 0)) {
            sinceNanos = nowNanos;
            return;
        }
        Duration passed = Duration.ofNanos(nowNanos - sinceNanos);
        switch (now) {
            case FIRST_HEAD -> endFirstHead(passed);
            case HEAD -> {
                if (passed.compareTo(parts.settings().headTimeout()) > 0) {
                    refuseUnread(new Refusal(HttpResponseStatus.REQUEST_TIMEOUT, "The request did not come in time."));
                }
            }
            case IDLE -> {
                if (framing.isConnection()
                        && (parts.leaving().get()
                                || passed.compareTo(parts.settings().idleTimeout()) > 0)) {
                    leave();
                }
            }
            case BODY -> {
                if (passed.compareTo(parts.settings().bodyTimeout()) > 0) {
                    late();
                }
            }
            case ANSWERING -> {
                if (passed.compareTo(parts.settings().stallTimeout()) > 0) {
                    context().close();
                }
            }
            case LEAVING -> {
                if ((passed.compareTo(LINGER) > 0 && waitingForClient() == 0)
                        || passed.compareTo(parts.settings().stallTimeout()) > 0) {
                    context().close();
                }
            }
            case GONE -> {
                // Nothing left to wait for.
            }
        }
    }

    private void endFirstHead(Duration passed) {
        if (passed.compareTo(parts.settings().headTimeout()) <= 0) {
            return;
        }
        if (framing.isMidHead()) {
            refuseUnread(new Refusal(HttpResponseStatus.REQUEST_TIMEOUT, "The request did not come in time."));
        } else {
            context().close();
        }
    }

    private void late() {
        bodyOpen = false;
        ServedExchange cut = exchange;
        if (cut != null) {
            cut.cut(new Refusal(HttpResponseStatus.REQUEST_TIMEOUT, "The body did not come in time."));
        }
        leave();
    }

    private Phase phaseNow() {
        if (gone) {
            return Phase.GONE;
        }
        if (leaving) {
            return Phase.LEAVING;
        }
        if (bodyOpen) {
            return Phase.BODY;
        }
        if (exchange != null || nextWaits) {
            return Phase.ANSWERING;
        }
        if (served == 0) {
            return Phase.FIRST_HEAD;
        }
        return framing.isMidHead() ? Phase.HEAD : Phase.IDLE;
    }

    /** What waits for the client to read it; of a stream of HTTP/2, what must go before more may come. */
    private long waitingForClient() {
        ChannelOutboundBuffer waiting = context().channel().unsafe().outboundBuffer();
        if (waiting != null) {
            return waiting.totalPendingWriteBytes();
        }
        if (framing.isConnection()) {
            // All was written and the output is shut; the channel says that it is not writable.
            return 0;
        }
        return context().channel().isWritable()
                ? 0
                : Math.max(1, context().channel().bytesBeforeWritable());
    }
}
