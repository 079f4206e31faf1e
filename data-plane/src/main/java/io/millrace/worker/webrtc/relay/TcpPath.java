package io.millrace.worker.webrtc.relay;

import io.millrace.worker.net.accept.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** A client's connection, each packet behind its length (RFC 4571). */
final class TcpPath extends ClientPath implements Flushable {

    private final RelaySession session;
    private final Channel channel;
    private final RelayMetrics metrics;
    private volatile boolean accepted;
    private boolean unflushed;

    TcpPath(RelaySession session, Channel channel, RelayMetrics metrics) {
        this.session = session;
        this.channel = channel;
        this.metrics = metrics;
    }

    /** Any thread. */
    RelaySession session() {
        return session;
    }

    /** Any thread. */
    boolean isAccepted() {
        return accepted;
    }

    @Override
    RelayMetrics.Transport transport() {
        return RelayMetrics.Transport.TCP;
    }

    @Override
    boolean isSameAs(ClientPath other) {
        return other instanceof TcpPath path && path.channel == channel;
    }

    @Override
    void belongsTo(RelaySession owner) {
        accepted = true;
    }

    @Override
    void leave() {
        channel.close();
    }

    /** Whole packets are lost when the client does not read: late media is of no use to it. */
    @Override
    void send(ByteBuf packet) {
        if (!channel.isWritable()) {
            channel.flush();
        }
        if (!channel.isWritable()) {
            session.loop().drop(packet, Drop.CLIENT_SLOW);
            return;
        }
        channel.write(channel.alloc().buffer(Short.BYTES).writeShort(packet.readableBytes()), channel.voidPromise());
        channel.write(packet, channel.voidPromise());
        metrics.out();
        if (!unflushed) {
            unflushed = true;
            session.loop().flushSoon(this);
        }
    }

    @Override
    public void flushNow() {
        unflushed = false;
        channel.flush();
    }

    @Override
    String shown() {
        return ClientAddress.of(channel).shown();
    }
}
