package io.millrace.worker.webrtc.relay;

import io.millrace.worker.net.ClientAddress;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** The address of a client. */
final class UdpPath extends ClientPath {

    private final RelaySession session;
    private final RelayLoop in;
    private final InetSocketAddress address;

    /** @param in where the kernel brings what comes from that address */
    UdpPath(RelaySession session, RelayLoop in, InetSocketAddress address) {
        this.session = session;
        this.in = in;
        this.address = address;
    }

    /** Any thread. */
    RelaySession session() {
        return session;
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    RelayMetrics.Transport transport() {
        return RelayMetrics.Transport.UDP;
    }

    @Override
    boolean isSameAs(ClientPath other) {
        return other instanceof UdpPath path && path.address.equals(address);
    }

    @Override
    void belongsTo(RelaySession owner) {
        in.run(() -> in.bind(this));
    }

    @Override
    void leave() {
        in.run(() -> in.unbind(this));
    }

    @Override
    void send(ByteBuf packet) {
        session.loop().sendTo(address, packet);
    }

    @Override
    String shown() {
        return ClientAddress.of(address).shown();
    }
}
