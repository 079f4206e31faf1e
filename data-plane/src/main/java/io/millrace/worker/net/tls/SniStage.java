package io.millrace.worker.net.tls;

import io.millrace.worker.net.memory.KeptInput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Reads the name of the server that a client asks for, and makes room for TLS with the certificate for it. */
final class SniStage extends AbstractSniHandler<TlsGeneration> {

    /** What clients send is a few hundred bytes, with keys against quantum computers about two thousand. */
    private static final int MAX_CLIENT_HELLO = 32 * 1024;

    private final TlsCertificates certificates;
    private final TlsPurpose purpose;
    private final long deadlineNanos;

    SniStage(TlsCertificates certificates, TlsPurpose purpose, Duration handshakeTimeout) {
        super(MAX_CLIENT_HELLO, handshakeTimeout.toMillis());
        this.certificates = certificates;
        this.purpose = purpose;
        this.deadlineNanos = System.nanoTime() + handshakeTimeout.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        super.channelRead(ctx, KeptInput.compact(ctx.alloc(), (ByteBuf) message));
    }

    @Override
    protected Future<TlsGeneration> lookup(ChannelHandlerContext ctx, @Nullable String serverName) {
        return ctx.executor().newSucceededFuture(certificates.acquire());
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext ctx, @Nullable String serverName, Future<TlsGeneration> found) {
        TlsGeneration generation = found.getNow();
        @Nullable SSLEngine unused = null;
        try {
            SSLEngine engine = generation.context(serverName, purpose).newEngine(ctx.alloc());
            unused = engine;
            SslHandler handler = new CountedTls(engine);
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            handler.setHandshakeTimeoutMillis(Math.max(1, left));
            ctx.pipeline().replace(this, "tls", handler);
            // The handler lets go of it when it leaves the pipeline.
            unused = null;
        } finally {
            ReferenceCountUtil.safeRelease(unused);
            generation.release();
        }
    }

    /** Counts what it keeps of a record that is not whole. */
    private static final class CountedTls extends SslHandler {

        private @Nullable KeptInput kept;

        CountedTls(SSLEngine engine) {
            super(engine);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
            KeptInput input = kept == null ? KeptInput.of(ctx.channel()) : kept;
            kept = input;
            input.holds(actualReadableBytes() == 0 ? 0 : internalBuffer().capacity(), 0);
            super.channelReadComplete(ctx);
        }
    }
}
