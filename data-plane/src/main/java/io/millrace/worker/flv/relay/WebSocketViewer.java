package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.flv.codec.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/** A client that takes the body in binary frames: what one read brought makes one frame, its payload untouched. */
final class WebSocketViewer implements Viewer {

    private final Channel client;
    private final PlainViewer connection;
    private final List<ByteBuf> queued = new ArrayList<>();
    private int queuedBytes;

    WebSocketViewer(Channel client, Channel origin) {
        this.client = client;
        this.connection = new PlainViewer(client, origin);
    }

    @Override
    public void write(ByteBuf bytes) {
        queued.add(bytes);
        queuedBytes += bytes.readableBytes();
    }

    @Override
    public boolean flush() {
        if (queuedBytes > 0) {
            ByteBuf header = client.alloc().ioBuffer(WebSocketFrames.MAX_HEADER);
            WebSocketFrames.writeBinaryHeader(header, queuedBytes);
            connection.write(header);
            queued.forEach(connection::write);
        } else {
            queued.forEach(ByteBuf::release);
        }
        queued.clear();
        queuedBytes = 0;
        return connection.flush();
    }

    @Override
    public boolean isStalled() {
        return connection.isStalled();
    }

    @Override
    public long stalledForNanos(long nowNanos) {
        return connection.stalledForNanos(nowNanos);
    }

    @Override
    public void finish(boolean whole, CloseReason reason) {
        if (client.isActive()) {
            flush();
            ByteBuf last = client.alloc().buffer();
            WebSocketFrames.writeClose(last, closeCode(whole, reason), reason.metricTag());
            connection.write(last);
        } else {
            queued.forEach(ByteBuf::release);
            queued.clear();
        }
        connection.finish(whole, reason);
    }

    private static int closeCode(boolean whole, CloseReason reason) {
        return switch (reason.category()) {
            case PEER -> WebSocketFrames.NORMAL;
            case OPERATOR, CAPACITY -> WebSocketFrames.GOING_AWAY;
            case ORIGIN -> whole ? WebSocketFrames.NORMAL : WebSocketFrames.INTERNAL_ERROR;
            case US -> WebSocketFrames.INTERNAL_ERROR;
        };
    }
}
