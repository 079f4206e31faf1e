package io.millrace.worker.webrtc.relay;

import io.millrace.model.Endpoint;
import io.millrace.worker.net.udp.ConnectedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The socket of one session towards its origin, which tells sessions apart by the address that they come from. */
final class OriginSocket extends ChannelInboundHandlerAdapter implements Flushable {

    /** What may come before the socket is there: a check of each of the client's addresses. */
    private static final int MAX_EARLY = 4;

    private final RelayLoop home;
    private final RelayMetrics metrics;
    private final Owner owner;
    private final List<ByteBuf> early = new ArrayList<>(1);
    private @Nullable ConnectedSocket connected;
    private boolean closed;

    /** Whose socket it is. */
    interface Owner {

        /** Owns the packet. */
        void fromOrigin(ByteBuf packet);

        /** The origin's machine says that nothing listens there, or there is no way to it. May come often. */
        void unreachable(Throwable cause);
    }

    OriginSocket(RelayLoop home, RelayMetrics metrics, Owner owner) {
        this.home = home;
        this.metrics = metrics;
        this.owner = owner;
    }

    void open(MediaContext context, Endpoint endpoint) {
        ChannelFuture connecting =
                context.loops().datagrams(home.loop()).handler(this).connect(endpoint.host(), endpoint.port());
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connected(connecting.channel());
            } else if (!closed) {
                owner.unreachable(done.cause());
            }
        });
    }

    private void connected(Channel opened) {
        if (closed) {
            opened.close();
            return;
        }
        connected = new ConnectedSocket(opened);
        early.forEach(this::send);
        early.clear();
    }

    /** Owns the packet. */
    void send(ByteBuf packet) {
        ConnectedSocket to = connected;
        if (to != null && to.makeRoom()) {
            metrics.in();
            if (to.write(packet)) {
                home.flushSoon(this);
            }
        } else if (to == null && !closed && early.size() < MAX_EARLY) {
            early.add(packet);
        } else {
            home.drop(packet, Drop.ORIGIN_SLOW);
        }
    }

    @Override
    public void flushNow() {
        if (connected != null) {
            connected.flush();
        }
    }

    void close() {
        closed = true;
        early.forEach(ByteBuf::release);
        early.clear();
        if (connected != null) {
            connected.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // The kernel lets only the origin through, so the sender is known.
        ByteBuf packet = ((ByteBufHolder) message).content();
        if (closed) {
            packet.release();
        } else {
            owner.fromOrigin(packet);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!closed) {
            owner.unreachable(cause);
        }
    }
}
