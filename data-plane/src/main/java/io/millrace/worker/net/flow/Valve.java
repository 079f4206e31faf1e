package io.millrace.worker.net.flow;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Reads from one channel only while another takes what was read: one direction of a relay. Used on the loop that owns both.
 *
 * <p>What waits for a slow sink is bounded by its high water mark, which counts the whole of every buffer of which it holds a
 * slice and shrinks as the worker fills. Once shut, the valve opens when all that waited has gone.
 */
public final class Valve {

    private final Reading source;
    private final Channel sink;
    private boolean shut;
    private long waitingBytes;
    private long noProgressSinceNanos;
    private long shutSinceNanos;

    public Valve(Channel source, Channel sink) {
        this.source = Reading.of(source);
        this.sink = sink;
    }

    /**
     * Call after something was written to the sink and flushed.
     *
     * @return true if this made the valve shut
     */
    public boolean afterFlush() {
        ChannelOutboundBuffer waiting = sink.unsafe().outboundBuffer();
        if (shut || waiting == null || sink.isWritable()) {
            return false;
        }
        shut = true;
        waitingBytes = waiting.totalPendingWriteBytes();
        noProgressSinceNanos = System.nanoTime();
        shutSinceNanos = noProgressSinceNanos;
        source.pause(Reading.Obstacle.OTHER_SIDE);
        sink.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(allGone -> open());
        return true;
    }

    private void open() {
        shut = false;
        source.resume(Reading.Obstacle.OTHER_SIDE);
    }

    public boolean isShut() {
        return shut;
    }

    /** For how long the source has had to wait, although the sink may take a little now and then. */
    public long shutForNanos(long nowNanos) {
        return shut ? nowNanos - shutSinceNanos : 0;
    }

    /** For how long the sink has taken nothing although something waits for it; checked about once a second. */
    public long stalledForNanos(long nowNanos) {
        if (!shut) {
            return 0;
        }
        ChannelOutboundBuffer waiting = sink.unsafe().outboundBuffer();
        long bytes = waiting == null ? 0 : waiting.totalPendingWriteBytes();
        if (bytes < waitingBytes) {
            waitingBytes = bytes;
            noProgressSinceNanos = nowNanos;
        }
        return nowNanos - noProgressSinceNanos;
    }
}
