package io.millrace.worker.net.tls;

import io.millrace.worker.net.accept.ClientAddress;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Waits behind TLS for the end of the handshake, reports its outcome and removes itself. */
final class HandshakeStage extends ChannelInboundHandlerAdapter {

    private final TlsOutcome outcome;
    private boolean over;

    HandshakeStage(TlsOutcome outcome) {
        this.outcome = outcome;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> secured(ctx);
            case SslHandshakeCompletionEvent handshake -> failed(ctx, handshake.cause());
            case SniCompletionEvent sni when !sni.isSuccess() -> failed(ctx, sni.cause());
            case SslCompletionEvent _ -> {
                // The name that the client asked for: of interest to TLS alone.
            }
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(ctx, cause);
    }

    private void secured(ChannelHandlerContext ctx) {
        over = true;
        @Nullable SslHandler tls = ctx.pipeline().get(SslHandler.class);
        @Nullable String protocol = tls == null ? null : tls.applicationProtocol();
        outcome.secured(ctx.pipeline(), protocol == null ? "" : protocol);
        if (!ctx.isRemoved()) {
            ctx.pipeline().replace(this, "tls-close", CloseNotify.INSTANCE);
        }
    }

    /** A failure comes as an event, as an exception or as both. */
    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (!over) {
            over = true;
            outcome.failed(ClientAddress.of(ctx.channel()), isLate(cause), detail(cause));
        }
        ctx.close();
    }

    private static boolean isLate(Throwable cause) {
        return cause instanceof SslHandshakeTimeoutException;
    }

    private static String detail(Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        return switch (root) {
            case SslHandshakeTimeoutException _ -> "no TLS handshake in time";
            case NotSslRecordException _ -> "not TLS";
            case ClosedChannelException _ -> "it left during the TLS handshake";
            case HAProxyProtocolException _ -> "no PROXY header: " + root.getMessage();
            default -> "no TLS: " + (root.getMessage() == null ? root : root.getMessage());
        };
    }

    /** A client that sends close_notify may leave the closing to us. */
    @ChannelHandler.Sharable
    private static final class CloseNotify extends ChannelInboundHandlerAdapter {

        private static final CloseNotify INSTANCE = new CloseNotify();

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            switch (event) {
                case SslCloseCompletionEvent _ -> ctx.close();
                case SslCompletionEvent _ -> {
                    // Known already.
                }
                default -> ctx.fireUserEventTriggered(event);
            }
        }
    }
}
