package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.flow.Valve;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** A client whose connection is ours alone: bytes go there as they are. */
final class PlainViewer implements Viewer {

    private final Channel client;
    private final Valve valve;

    PlainViewer(Channel client, Channel origin) {
        this.client = client;
        this.valve = new Valve(origin, client);
    }

    @Override
    public void write(ByteBuf bytes) {
        client.write(bytes, client.voidPromise());
    }

    @Override
    public boolean flush() {
        client.flush();
        return valve.afterFlush();
    }

    @Override
    public boolean isStalled() {
        return valve.isShut();
    }

    @Override
    public long stalledForNanos(long nowNanos) {
        return valve.stalledForNanos(nowNanos);
    }

    @Override
    public void finish(boolean whole, CloseReason reason) {
        GracefulClose.afterFlush(client);
    }
}
