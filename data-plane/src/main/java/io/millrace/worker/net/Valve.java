package io.millrace.worker.net;

import io.netty.channel.Channel;

/**
 * Reads from one channel only while another takes what was read: one direction of a relay. Used on the loop that owns both.
 */
public final class Valve {

    private final Channel source;
    private final Channel sink;
    private boolean shut;
    private long shutSinceNanos;

    public Valve(Channel source, Channel sink) {
        this.source = source;
        this.sink = sink;
    }

    /**
     * Call after something was written to the sink.
     *
     * @return true if this made the valve shut
     */
    public boolean afterWrite() {
        if (shut || sink.isWritable()) {
            return false;
        }
        shut = true;
        shutSinceNanos = System.nanoTime();
        source.config().setAutoRead(false);
        return true;
    }

    /** Call when the sink's writability changed. */
    public void sinkChanged() {
        if (shut && sink.isWritable()) {
            shut = false;
            source.config().setAutoRead(true);
        }
    }

    /** How long the sink has taken nothing although something waits for it; 0 while the valve is open. */
    public long shutForNanos(long nowNanos) {
        return shut ? nowNanos - shutSinceNanos : 0;
    }
}
