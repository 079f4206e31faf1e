package io.millrace.worker.rtsp.relay;

import io.millrace.worker.net.flow.Valve;
import io.millrace.worker.rtsp.codec.RtspMessage;
import io.millrace.worker.rtsp.codec.RtspWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/** What goes one way between two connections: frames as they came, messages, and messages of the worker where a frame has ended. */
final class Direction {

    private final Channel to;
    private final Valve valve;
    private final ArrayDeque<RtspMessage> held = new ArrayDeque<>(2);
    private boolean between = true;
    private boolean dirty;

    Direction(Channel from, Channel to) {
        this.to = to;
        this.valve = new Valve(from, to);
    }

    /**
     * Passes frames on; owns them.
     *
     * @param wholeNow whether the last of them is whole
     */
    void frames(ByteBuf bytes, boolean wholeNow) {
        to.write(bytes);
        dirty = true;
        between = wholeNow;
        while (between && !held.isEmpty()) {
            write(held.removeFirst());
        }
    }

    /** Says it as soon as no frame is begun. */
    void send(RtspMessage message) {
        if (between) {
            write(message);
        } else {
            held.addLast(message);
        }
    }

    private void write(RtspMessage message) {
        ByteBuf bytes = to.alloc().buffer(1_024);
        RtspWriter.write(bytes, message);
        to.write(bytes);
        dirty = true;
    }

    /** @return whether the receiver takes no more for now, and did before */
    boolean flush() {
        if (!dirty) {
            return false;
        }
        dirty = false;
        to.flush();
        return valve.afterFlush();
    }

    boolean isBetween() {
        return between;
    }

    /** How long the source has had to wait for the sink. */
    long heldBackForNanos(long nowNanos) {
        return valve.shutForNanos(nowNanos);
    }

    long stalledForNanos(long nowNanos) {
        return valve.stalledForNanos(nowNanos);
    }
}
