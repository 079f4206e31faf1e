package io.millrace.worker.webrtc.relay;

import io.millrace.worker.net.loop.LoopTicker;
import io.millrace.worker.net.udp.DatagramWriter;
import io.millrace.worker.webrtc.codec.PacketKind;
import io.millrace.worker.webrtc.codec.StunMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one event loop relays: it reads its listening socket, and sends to clients from there. What is written while the
 * loop looks at its sockets is flushed once all of them were read, so that one call into the kernel takes the packets of many
 * sessions.
 */
final class RelayLoop implements Flushable {

    private final MediaRelay relay;
    private final Channel socket;
    private final DatagramWriter writer;
    private final EventLoop loop;
    private final RelayMetrics metrics;
    private final List<Flushable> unflushed = new ArrayList<>();
    private boolean wroteToClients;
    private boolean flushComes;

    /** @param socket this loop's own, or another's where the system has only one for all loops */
    RelayLoop(MediaRelay relay, EventLoop loop, Channel socket) {
        this.relay = relay;
        this.loop = loop;
        this.socket = socket;
        this.writer = new DatagramWriter(socket);
        this.metrics = relay.metrics();
    }

    EventLoop loop() {
        return loop;
    }

    LoopTicker ticker() {
        return relay.context().loops().ticker(loop);
    }

    /** Now, if the caller is on this loop, else soon. */
    void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** A datagram from anybody. Owns it. */
    void read(DatagramPacket datagram) {
        ByteBuf packet = datagram.content();
        PacketKind kind = PacketKind.peek(packet);
        switch (kind) {
            case DTLS, MEDIA -> {
                UdpPath path = relay.paths().of(datagram.sender());
                if (path == null) {
                    drop(packet, Drop.UNKNOWN_ADDRESS);
                } else {
                    path.session().fromClient(path, kind, packet);
                }
            }
            case STUN -> stun(datagram.sender(), packet);
            case OTHER -> drop(packet, Drop.NOT_WEBRTC);
        }
    }

    private void stun(InetSocketAddress sender, ByteBuf packet) {
        Optional<StunMessage> peeked = StunMessage.peek(packet);
        if (peeked.isEmpty()) {
            drop(packet, Drop.MALFORMED_STUN);
            return;
        }
        StunMessage message = peeked.get();
        UdpPath known = relay.paths().of(sender);
        if (!message.isCheck()) {
            if (known == null) {
                drop(packet, Drop.UNKNOWN_ADDRESS);
            } else {
                known.session().stunFromClient(known, message, packet);
            }
            return;
        }
        String ufrag = message.checkedUfrag();
        if (known != null && known.session().ufrag().equals(ufrag)) {
            known.session().stunFromClient(known, message, packet);
        } else if (known != null && known.isFresh(relay.context().clock().millis())) {
            drop(packet, Drop.ADDRESS_IN_USE);
        } else {
            relay.sessionFor(ufrag, RelayMetrics.Transport.UDP, this, packet)
                    .ifPresent(session ->
                            session.stunFromClient(new UdpPath(session, sender, relay.paths()), message, packet));
        }
    }

    /** Sends to a client, at the end of the loop's round. Owns the packet. */
    void sendTo(InetSocketAddress client, ByteBuf packet) {
        if (!socket.isWritable()) {
            flushNow();
        }
        if (!socket.isWritable()) {
            drop(packet, Drop.CLIENT_SLOW);
            return;
        }
        writer.write(client, packet);
        metrics.out();
        if (!wroteToClients) {
            wroteToClients = true;
            flushSoon(this);
        }
    }

    /** Everything that was read in this round comes first. */
    void flushSoon(Flushable sink) {
        unflushed.add(sink);
        if (!flushComes) {
            flushComes = true;
            loop.execute(this::flushAll);
        }
    }

    private void flushAll() {
        flushComes = false;
        for (Flushable sink : unflushed) {
            sink.flushNow();
        }
        unflushed.clear();
    }

    @Override
    public void flushNow() {
        wroteToClients = false;
        writer.flush();
    }

    void drop(ByteBuf packet, Drop cause) {
        packet.release();
        metrics.dropped(cause);
    }
}
