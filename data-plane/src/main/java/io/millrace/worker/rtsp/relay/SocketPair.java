package io.millrace.worker.rtsp.relay;

import io.millrace.worker.rtsp.codec.TransportSpec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Two sockets with neighbouring ports, on one event loop. */
final class SocketPair {

    /** Ports that another program holds are passed over so often. */
    private static final int MAX_ATTEMPTS = 16;

    private final MediaSocket rtp;
    private final MediaSocket rtcp;
    private final Channel rtpChannel;
    private final Channel rtcpChannel;
    private final PortPairs owner;
    private final int port;

    private SocketPair(
            MediaSocket rtp, MediaSocket rtcp, Channel rtpChannel, Channel rtcpChannel, PortPairs owner, int port) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.rtpChannel = rtpChannel;
        this.rtcpChannel = rtcpChannel;
        this.owner = owner;
        this.port = port;
    }

    /** Where sockets are bound, and what handles them. */
    record Place(RtspContext context, EventLoop loop, InetAddress local, Supplier<MediaSocket> sockets) {}

    /** @param done called on the loop; empty when there are no ports */
    static void bind(Place place, Consumer<Optional<SocketPair>> done) {
        attempt(place, MAX_ATTEMPTS, done);
    }

    private static void attempt(Place place, int attemptsLeft, Consumer<Optional<SocketPair>> done) {
        PortPairs ports = place.context().ports();
        OptionalInt taken = attemptsLeft == 0 ? OptionalInt.empty() : ports.take();
        if (taken.isEmpty()) {
            done.accept(Optional.empty());
            return;
        }
        int port = taken.getAsInt();
        MediaSocket rtp = place.sockets().get();
        MediaSocket rtcp = place.sockets().get();
        ChannelFuture first = open(place, rtp, port);
        first.addListener(bound -> {
            if (!bound.isSuccess()) {
                ports.giveBack(port);
                attempt(place, attemptsLeft - 1, done);
                return;
            }
            ChannelFuture second = open(place, rtcp, port + 1);
            second.addListener(alsoBound -> {
                SocketPair pair = new SocketPair(rtp, rtcp, first.channel(), second.channel(), ports, port);
                if (alsoBound.isSuccess()) {
                    done.accept(Optional.of(pair));
                } else {
                    pair.close();
                    attempt(place, attemptsLeft - 1, done);
                }
            });
        });
    }

    private static ChannelFuture open(Place place, MediaSocket handler, int port) {
        return place.context()
                .loops()
                .datagrams(place.loop())
                .handler(handler)
                .bind(new InetSocketAddress(place.local(), port));
    }

    void join(SocketPair other) {
        rtp.join(other.rtp);
        rtcp.join(other.rtcp);
    }

    void announced(TransportSpec.Ports ports) {
        rtp.announced(ports.rtp());
        rtcp.announced(ports.rtcp());
    }

    TransportSpec.Ports ports() {
        return new TransportSpec.Ports(port, port + 1);
    }

    /** The ports are free again once the sockets are gone. */
    void close() {
        rtpChannel.close();
        rtcpChannel.close().addListener(closed -> owner.giveBack(port));
    }
}
