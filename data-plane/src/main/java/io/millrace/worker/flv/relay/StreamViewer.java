package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.flow.SilenceClock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** A client on one stream of an HTTP/2 connection that carries others too. */
final class StreamViewer implements Viewer {

    private final Exchange.Body body;
    private final Reading origin;
    private boolean stalled;
    private final SilenceClock stall = new SilenceClock();

    StreamViewer(Exchange.Body body, Channel origin) {
        this.body = body;
        this.origin = Reading.of(origin);
        body.onWritable(this::open);
    }

    private void open() {
        if (stalled) {
            stalled = false;
            stall.activity();
            origin.resume(Reading.Obstacle.OTHER_SIDE);
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        body.write(bytes);
    }

    @Override
    public boolean flush() {
        body.flush();
        if (stalled || body.isWritable()) {
            return false;
        }
        stalled = true;
        origin.pause(Reading.Obstacle.OTHER_SIDE);
        return true;
    }

    @Override
    public boolean isStalled() {
        return stalled;
    }

    @Override
    public long stalledForNanos(long nowNanos) {
        if (!stalled) {
            stall.activity();
        }
        return stall.silentForNanos(nowNanos);
    }

    @Override
    public void finish(boolean whole, CloseReason reason) {
        if (whole) {
            body.end();
        } else {
            body.abort();
        }
    }
}
