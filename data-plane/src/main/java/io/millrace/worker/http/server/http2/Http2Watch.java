package io.millrace.worker.http.server.http2;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.http.server.ServerParts;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.loop.Ticking;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks after a connection of HTTP/2 as a whole; its streams look after themselves. On the connection's loop. */
final class Http2Watch extends ChannelInboundHandlerAdapter implements Ticking {

    private static final Logger LOG = Logger.getLogger(Http2Watch.class);

    /** Pings and settings cost an answer each; no client needs that many. */
    private static final int MAX_CONTROL_FRAMES = 100;

    private static final Duration CONTROL_WINDOW = Duration.ofSeconds(10);

    private final ServerParts parts;
    private final Http2FrameCodec codec;
    private @Nullable ChannelHandlerContext context;
    private int controlFrames;
    private long windowBeganNanos = System.nanoTime();
    private long idleSinceNanos = System.nanoTime();
    private boolean leaving;

    Http2Watch(ServerParts parts, Http2FrameCodec codec) {
        this.parts = parts;
        this.codec = codec;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        parts.ticks().add(ctx.channel(), this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        parts.ticks().remove(ctx.channel(), this);
    }

    /** A stream was opened. */
    void streamOpened() {
        idleSinceNanos = System.nanoTime();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof Http2PingFrame || message instanceof Http2SettingsFrame) {
                countControlFrame(ctx);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void countControlFrame(ChannelHandlerContext ctx) {
        long now = System.nanoTime();
        if (now - windowBeganNanos > CONTROL_WINDOW.toNanos()) {
            windowBeganNanos = now;
            controlFrames = 0;
        }
        if (++controlFrames > MAX_CONTROL_FRAMES && !leaving) {
            leaving = true;
            rejected(
                    ctx,
                    "more than " + MAX_CONTROL_FRAMES + " pings and settings within " + CONTROL_WINDOW.toSeconds()
                            + " s");
            Reading.of(ctx.channel()).pause(Reading.Obstacle.SESSION);
            // The codec's close would wait for streams that such a client keeps open.
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(sent -> closeNow(ctx));
        }
    }

    private static void closeNow(ChannelHandlerContext ctx) {
        @Nullable ChannelHandlerContext beforeCodec = ctx.pipeline().context(Http2FrameCodec.class);
        if (beforeCodec == null) {
            ctx.close();
        } else {
            beforeCodec.close();
        }
    }

    /** Called before the codec closes the connection itself. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case Http2Exception broken -> rejected(ctx, "HTTP/2: " + broken.getMessage());
            case IOException _ -> ctx.close();
            case DecoderException malformed -> {
                rejected(ctx, String.valueOf(malformed.getMessage()));
                ctx.close();
            }
            default -> {
                LOG.errorf(cause, "internal error protocol=http client=%s", client(ctx));
                ctx.close();
            }
        }
    }

    private void rejected(ChannelHandlerContext ctx, String detail) {
        parts.sessions().rejected("http", CloseReason.PEER_PROTOCOL_ERROR, client(ctx), detail);
    }

    private static String client(ChannelHandlerContext ctx) {
        return ClientAddress.of(ctx.channel()).shown();
    }

    @Override
    public void tick(long nowNanos) {
        if (codec.connection().numActiveStreams() > 0) {
            idleSinceNanos = nowNanos;
        } else if (nowNanos - idleSinceNanos > parts.settings().idleTimeout().toNanos()) {
            leave();
        }
        if (parts.leaving().get()) {
            leave();
        }
    }

    /** Tells the client to open no more streams here; closes when those that are open have ended. */
    void leave() {
        ChannelHandlerContext ctx = context;
        if (!leaving && ctx != null) {
            leaving = true;
            ctx.close();
        }
    }
}
