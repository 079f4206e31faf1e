package io.millrace.worker.flv.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.http.ForwardedHeaders;
import io.millrace.worker.http.Request;
import io.millrace.worker.net.dial.Dial;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One attempt to get a stream from an origin: connect, ask, wait for the head of the answer, then hand the connection over with the
 * body untouched. Tells its listener exactly one outcome.
 */
final class OriginDial extends ChannelInboundHandlerAdapter implements Dials.Attempt {

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 32 * 1024;

    /** What comes of an attempt; called once, on the client's loop. */
    interface Listener {

        /** The origin answers; {@link #handOver} gives the body. */
        void answered(OriginDial dial, HttpResponse head, BodyFraming framing);

        /** The origin took the request and has not answered for a while; {@link #waitOn} gives it as much time again. */
        void silent(OriginDial dial);

        /** The origin could not be reached, or hung up; another one may do. */
        void failed(OriginDial dial, OriginObservation observation);
    }

    private final FlvContext context;
    private final Resolution.Route route;
    private final Request request;
    private final boolean http10;
    private final Listener listener;
    private final HttpResponseDecoder decoder = new HttpResponseDecoder(MAX_LINE, MAX_HEADERS, MAX_HEADERS);
    private final Dial dial;

    /** @param http10 whether to ask as a client that knows no chunks */
    OriginDial(FlvContext context, Resolution.Route route, Request request, boolean http10, Listener listener) {
        this.context = context;
        this.route = route;
        this.request = request;
        this.http10 = http10;
        this.listener = listener;
        this.dial = new Dial(
                Protocol.FLV,
                route.origin(),
                context.originMetrics(),
                context.clock(),
                observation -> listener.failed(this, observation));
    }

    @Override
    public void start(EventLoop loop) {
        Bootstrap client = context.loops()
                .client(loop, context.settings().originConnectTimeout())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline().addLast(decoder, OriginDial.this);
                    }
                });
        dial.connect(client, loop, route.endpoint());
    }

    @Override
    public Resolution.Route route() {
        return route;
    }

    /** The connection; there once {@link #start} returned. */
    Channel channel() {
        return dial.channel();
    }

    /** The handler gets what the origin sends from behind the head on. */
    void handOver(ChannelHandler handler) {
        channel().pipeline().replace(this, "relay", handler);
        // What it has read beyond the head goes on to the new handler.
        channel().pipeline().remove(decoder);
    }

    @Override
    public void cancel() {
        dial.cancel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        dial.connected();
        ctx.writeAndFlush(ask(ctx));
        waitOn();
    }

    /** Likewise once it was silent. */
    void waitOn() {
        dial.awaitAnswer(context.settings().originAnswerTimeout(), () -> listener.silent(this));
    }

    Duration elapsed() {
        return dial.elapsed();
    }

    private ByteBuf ask(ChannelHandlerContext ctx) {
        HttpHeaders headers = ForwardedHeaders.of(request);
        if (!headers.contains(HttpHeaderNames.HOST)) {
            headers.set(HttpHeaderNames.HOST, route.endpoint().authority());
        }
        StringBuilder text = new StringBuilder(512)
                .append(request.method())
                .append(' ')
                .append(request.target())
                .append(http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        for (Map.Entry<String, String> header : headers) {
            text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        text.append("Connection: close\r\n\r\n");
        return ctx.alloc().buffer(text.length()).writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (dial.isOver() || !(message instanceof HttpResponse head)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            readHead(head);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void readHead(HttpResponse head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            if (cause instanceof PrematureChannelClosureException) {
                dial.fail(Failure.RESET, "it closed the connection before it answered");
            } else {
                dial.fail(Failure.PROTOCOL, "its answer is not HTTP");
            }
            return;
        }
        int status = head.status().code();
        if (status >= 100 && status < 200 && status != 101) {
            return;
        }
        Optional<BodyFraming> framing = BodyFraming.of(head, request.isHead());
        if (status < 200 || framing.isEmpty()) {
            dial.fail(Failure.PROTOCOL, "the end of its answer cannot be told");
            return;
        }
        dial.end();
        listener.answered(this, head, framing.get());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dial.fail(Failure.RESET, "it closed the connection before it answered");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            dial.fail(Failure.RESET, String.valueOf(cause.getMessage()));
        } else {
            dial.fail(Failure.PROTOCOL, String.valueOf(cause.getMessage()));
        }
    }

    OriginObservation observation(Failure failure, String detail) {
        return dial.observation(failure, detail);
    }
}
