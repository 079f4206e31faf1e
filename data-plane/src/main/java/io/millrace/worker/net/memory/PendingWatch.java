package io.millrace.worker.net.memory;

import io.millrace.worker.net.flow.Reading;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stands first in the pipeline of every connection. It counts what waits for the peer, and what is kept of the peer's own bytes
 * ({@link KeptInput}), into the loop's share of the budget, shrinks the water marks as that fills, and keeps the one rule for our own answers: a client is not read while too much waits for it.
 */
public final class PendingWatch extends ChannelDuplexHandler {

    /** What is current. */
    public enum Kind {
        /** A connection that a peer opened: it is not read while it does not read. */
        ACCEPTED(true),
        /** A connection that we opened. */
        DIALLED(true),
        /** One stream of HTTP/2; its frames wait in the codec, not in a socket's queue. */
        STREAM(true),
        /** A socket for datagrams; its writers drop what finds no room. */
        DATAGRAMS(false);

        private final boolean mayBeShed;

        Kind(boolean mayBeShed) {
            this.mayBeShed = mayBeShed;
        }
    }

    private final LoopPending account;
    private final Kind kind;
    private final PinnedBytes written = new PinnedBytes();

    /** The neighbours among those for which something waits; {@link LoopPending} owns these. */
    @Nullable
    PendingWatch previous;

    @Nullable
    PendingWatch next;

    private @Nullable Channel channel;
    private WriteBufferWaterMark usualMarks = WriteBufferWaterMark.DEFAULT;
    private Fill fill = Fill.LOW;
    private long counted;
    private long kept;
    private long progress;
    private long stalledSinceNanos;

    public PendingWatch(LoopPending account, Kind kind) {
        this.account = account;
        this.kind = kind;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        usualMarks = ctx.channel().config().getWriteBufferWaterMark();
        if (kind == Kind.ACCEPTED || kind == Kind.DIALLED) {
            ctx.channel().config().setMessageSizeEstimator(() -> written);
        }
    }

    /** Counts a stream of the HTTP/2 connection that this one watches, if it is watched; called while its pipeline is filled. */
    static void watchStream(Channel stream) {
        Channel connection = stream.parent();
        PendingWatch watch = connection == null ? null : connection.pipeline().get(PendingWatch.class);
        if (watch != null) {
            stream.pipeline().addLast(new PendingWatch(watch.account, Kind.STREAM));
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (fill != account.fill() && kind != Kind.DATAGRAMS) {
            fill = account.fill();
            ctx.channel().config().setWriteBufferWaterMark(fill.shrink(usualMarks));
        }
        ctx.flush();
        count();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (kind == Kind.ACCEPTED) {
            Reading reading = Reading.of(ctx.channel());
            if (ctx.channel().isWritable()) {
                reading.resume(Reading.Obstacle.UNREAD_ANSWERS);
            } else {
                reading.pause(Reading.Obstacle.UNREAD_ANSWERS);
            }
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        count();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        count(0);
    }

    /** What is kept of the peer's own bytes changed by so much. */
    void keep(long bytes) {
        kept += bytes;
        count();
    }

    long limit() {
        return account.limit();
    }

    private void count() {
        count(pendingNow());
    }

    private void count(long now) {
        long before = counted;
        if (before == now) {
            return;
        }
        counted = now;
        if (before == 0 && now > 0) {
            progress = progressNow();
            stalledSinceNanos = System.nanoTime();
            account.join(this);
        } else if (before > 0 && now == 0) {
            account.leave(this);
        }
        account.add(now - before);
    }

    private long pendingNow() {
        Channel current = watched();
        ChannelOutboundBuffer waiting = current.unsafe().outboundBuffer();
        if (waiting != null) {
            return kept + waiting.totalPendingWriteBytes();
        }
        if (kind != Kind.STREAM || !current.isActive()) {
            return 0;
        }
        // Of a stream only its distance to the water marks can be asked for; Netty adds one to either.
        WriteBufferWaterMark marks = current.config().getWriteBufferWaterMark();
        return kept
                + (current.isWritable()
                        ? Math.max(0, marks.high() + 1 - current.bytesBeforeUnwritable())
                        : marks.low() - 1 + current.bytesBeforeWritable());
    }

    /** Grows when the peer takes something. */
    private long progressNow() {
        return kind == Kind.STREAM ? -counted : written.total() - counted;
    }

    /** @return for how long the peer has taken nothing, if it may be closed for that */
    long refresh(long nowNanos) {
        count();
        long now = progressNow();
        if (now > progress) {
            stalledSinceNanos = nowNanos;
        }
        progress = now;
        return counted > 0 && kind.mayBeShed ? stalledForNanos(nowNanos) : 0;
    }

    long stalledForNanos(long nowNanos) {
        return nowNanos - stalledSinceNanos;
    }

    long counted() {
        return counted;
    }

    boolean mayBeShed() {
        return kind.mayBeShed;
    }

    /** Closes the connection at once, whatever waits for it, and gives its session the reason. */
    void shed(long nowNanos) {
        Channel victim = watched();
        new OverBudgetException("it took nothing for "
                        + Duration.ofNanos(stalledForNanos(nowNanos)).toMillis() + " ms while " + counted
                        + " bytes waited for it or for more of it, and the worker has no more room")
                .report(victim);
        victim.unsafe().close(victim.unsafe().voidPromise());
        count();
    }

    private Channel watched() {
        if (channel == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return channel;
    }
}
