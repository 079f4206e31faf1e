package io.millrace.control.intake;

import io.millrace.control.intake.Connections.End;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection: how long the head of its next request takes, and whether its answers are read. One check at a fixed interval, so that
 * a request costs no timer. On the connection's event loop, except for {@link #requestEnds}.
 */
final class ConnectionWatch extends ChannelDuplexHandler {

    private final Connections connections;
    private final long patience;

    private enum State {
        /** Between two requests there is no deadline here; the server's idle timeout counts. */
        IDLE,
        HEAD,
        REQUEST
    }

    private volatile State state = State.HEAD;
    private long since;
    private long pending;
    private long written;
    private long writtenAtLastCheck;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> nextCheck;

    ConnectionWatch(Connections connections) {
        this.connections = connections;
        this.patience = connections.settings().patience().toNanos();
    }

    void requestBegins() {
        state = State.REQUEST;
    }

    void requestEnds() {
        state = State.IDLE;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        since = System.nanoTime();
        checkLater(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (nextCheck != null) {
            nextCheck.cancel(false);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == State.IDLE) {
            state = State.HEAD;
            since = System.nanoTime();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!ctx.channel().isActive()) {
            // Later: a listener that gets the failure at once ends the answer, in the middle of the encoder's loop over
            // the pieces of this one.
            ReferenceCountUtil.release(message);
            ctx.executor().execute(() -> promise.tryFailure(new ClosedChannelException()));
        } else if (message instanceof ByteBuf bytes) {
            int length = bytes.readableBytes();
            pending += length;
            connections.unread().addAndGet(length);
            ctx.write(message, promise.unvoid().addListener(done -> {
                pending -= length;
                written += length;
                connections.unread().addAndGet(-length);
            }));
        } else {
            ctx.write(message, promise);
        }
    }

    private void checkLater(ChannelHandlerContext ctx) {
        nextCheck = ctx.executor().schedule(this::check, patience, TimeUnit.NANOSECONDS);
    }

    private void check() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        if (state == State.HEAD && System.nanoTime() - since >= patience) {
            close(ctx, End.SLOW_HEAD);
        } else if (pending > 0 && written == writtenAtLastCheck) {
            close(ctx, End.UNREAD_ANSWER);
        } else {
            writtenAtLastCheck = written;
            checkLater(ctx);
        }
    }

    private void close(ChannelHandlerContext ctx, End end) {
        connections.refused(ctx.channel(), end);
        ctx.close();
    }
}
