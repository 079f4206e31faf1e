package io.millrace.worker.rtsp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.net.DialFailure;
import io.millrace.worker.net.OverBudgetException;
import io.millrace.worker.routing.Resolution;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one origin. Until {@link #settle} it is an attempt, which may fail and leave the session to the next origin;
 * from then on its end is the session's.
 */
final class OriginLink extends ChannelInboundHandlerAdapter {

    /** What comes of it; called on the session's loop, and no more after the link has failed, was lost or was left. */
    interface Listener {

        void connected();

        /** @param wholeNow whether frames in it end with a whole one */
        void fromOrigin(RtspReader.Input input, boolean wholeNow);

        /** @param bytes how many came */
        void heard(int bytes);

        void readComplete();

        /** The origin could not be reached or did not answer; another one may do. */
        void failed(OriginObservation observation);

        void lost(CloseReason reason, String detail);

        /** A defect of ours. */
        void broken(Throwable defect);
    }

    private final RtspContext context;
    private final Resolution.Route route;
    private final Listener listener;
    private final RtspReader reader = new RtspReader();
    private final long beganNanos = System.nanoTime();
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> answerDeadline;
    private boolean settled;
    private boolean over;

    OriginLink(RtspContext context, Resolution.Route route, Listener listener) {
        this.context = context;
        this.route = route;
        this.listener = listener;
    }

    void start(EventLoop loop) {
        ChannelFuture connecting = context.loops()
                .client(loop, context.settings().originConnectTimeout())
                .handler(this)
                .connect(route.endpoint().host(), route.endpoint().port());
        channel = connecting.channel();
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                fail(DialFailure.of(future.cause()), DialFailure.detail(future.cause()));
            }
        });
    }

    Resolution.Route route() {
        return route;
    }

    /** The connection; there once {@link #start} returned. */
    Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("not started");
        }
        return channel;
    }

    /** The client has an answer: there is no way back from this origin. */
    void settle() {
        settled = true;
        cancelDeadline();
    }

    /** Nothing more is heard of it; the connection is the caller's to close. */
    Optional<Channel> leave() {
        finish();
        return Optional.ofNullable(channel);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (over) {
            return;
        }
        context.originMetrics().connected(Protocol.RTSP, sinceBegan());
        Duration limit = context.settings().originAnswerTimeout();
        answerDeadline = ctx.executor()
                .schedule(
                        () -> fail(Failure.TIMEOUT, "no answer within " + limit.toMillis() + " ms"),
                        limit.toNanos(),
                        TimeUnit.NANOSECONDS);
        listener.connected();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        listener.heard(bytes.readableBytes());
        reader.feed(bytes);
        try {
            for (Optional<RtspReader.Input> input = reader.next(); input.isPresent(); input = reader.next()) {
                listener.fromOrigin(input.get(), reader.isBetween());
            }
        } catch (RtspFormatException e) {
            gone(Failure.PROTOCOL, CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!over) {
            listener.readComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone(Failure.RESET, CloseReason.ORIGIN_CLOSED, settled ? "" : "it closed the connection without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof OverBudgetException && settled && !over) {
            finish();
            listener.lost(CloseReason.MEMORY_FULL, String.valueOf(cause.getMessage()));
        } else if (cause instanceof IOException) {
            gone(Failure.RESET, CloseReason.ORIGIN_RESET, String.valueOf(cause.getMessage()));
        } else if (!over) {
            listener.broken(cause);
        }
    }

    private void gone(Failure failure, CloseReason reason, String detail) {
        if (!settled) {
            fail(failure, detail);
        } else if (!over) {
            finish();
            listener.lost(reason, detail);
        }
    }

    private void fail(Failure failure, String detail) {
        if (over || settled) {
            return;
        }
        finish();
        channel().close();
        context.originMetrics().failed(Protocol.RTSP, failure, sinceBegan());
        listener.failed(OriginObservation.of(
                route.origin(), failure, detail, context.clock().instant()));
    }

    private void finish() {
        over = true;
        cancelDeadline();
        reader.release();
    }

    private void cancelDeadline() {
        if (answerDeadline != null) {
            answerDeadline.cancel(false);
        }
    }

    private Duration sinceBegan() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }
}
