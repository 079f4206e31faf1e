package io.millrace.worker.webrtc.relay;

import io.millrace.worker.net.accept.ClientAddress;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** The address of a client. */
final class UdpPath extends ClientPath {

    private final RelaySession session;
    private final InetSocketAddress address;
    private final UdpPaths known;

    /** @param known where the path is found by its address from when it is accepted */
    UdpPath(RelaySession session, InetSocketAddress address, UdpPaths known) {
        this.session = session;
        this.address = address;
        this.known = known;
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
        known.bind(this);
    }

    @Override
    void leave() {
        known.unbind(this);
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
