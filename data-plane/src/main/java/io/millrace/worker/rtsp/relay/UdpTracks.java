package io.millrace.worker.rtsp.relay;

import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.rtsp.codec.TransportSpec;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The tracks of one session that are set up, and the ports of those that go over UDP. */
final class UdpTracks {

    /** More than any stream has; each holds four ports. */
    private static final int MAX = 16;

    private final RtspContext context;
    private final Client client;
    private final Channel origin;
    private final LongConsumer fromClient;
    private final LongConsumer fromOrigin;
    private final Map<String, Optional<UdpTrack>> byUri = new HashMap<>();
    private final Set<UdpTrack> asked = new HashSet<>();

    /** @param address whom a balancer named, or who is at the other end */
    record Client(Channel channel, ClientAddress address) {}

    /** @param fromClient gets the number of bytes of a datagram */
    UdpTracks(RtspContext context, Client client, Channel origin, LongConsumer fromClient, LongConsumer fromOrigin) {
        this.context = context;
        this.client = client;
        this.origin = origin;
        this.fromClient = fromClient;
        this.fromOrigin = fromOrigin;
    }

    private static Optional<InetAddress> host(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? Optional.ofNullable(inet.getAddress()) : Optional.empty();
    }

    /** Whether there may be another one; behind a balancer of the other address family there is none. */
    boolean mayOpen() {
        Optional<InetAddress> local = host(client.channel().localAddress());
        boolean sameFamily = local.isPresent()
                && client.address()
                        .ip()
                        .filter(ip -> ip.getClass() == local.get().getClass())
                        .isPresent();
        return sameFamily && byUri.size() + asked.size() < MAX;
    }

    /** @param done called on the loop; empty when there are not enough ports */
    void open(TransportSpec.Ports clientsPorts, Consumer<Optional<UdpTrack>> done) {
        UdpTrack.open(
                context,
                client.channel().eventLoop(),
                new UdpTrack.Side(
                        host(client.channel().localAddress()).orElseThrow(),
                        client.address().ip().orElseThrow(),
                        fromClient),
                clientsPorts,
                new UdpTrack.Side(
                        host(origin.localAddress()).orElseThrow(),
                        host(origin.remoteAddress()).orElseThrow(),
                        fromOrigin),
                done);
    }

    /** The origin is asked for it. */
    void isAsked(UdpTrack track) {
        asked.add(track);
    }

    /** It will not be used. */
    void drop(UdpTrack track) {
        asked.remove(track);
        track.close();
    }

    /**
     * A track is set up, perhaps anew.
     *
     * @param track empty for one whose media goes with the connection
     */
    void replace(String uri, Optional<UdpTrack> track) {
        track.ifPresent(asked::remove);
        Optional<UdpTrack> before = byUri.getOrDefault(uri, Optional.empty());
        before.ifPresent(UdpTrack::close);
        if (byUri.containsKey(uri) || byUri.size() < MAX) {
            byUri.put(uri, track);
        }
    }

    /** @return whether that ended one of several tracks, and the others go on */
    boolean tornDown(String uri) {
        Optional<UdpTrack> track = byUri.getOrDefault(uri, Optional.empty());
        boolean one = byUri.containsKey(uri) && byUri.size() > 1;
        if (one) {
            byUri.remove(uri);
            track.ifPresent(UdpTrack::close);
        }
        return one;
    }

    /** Whether media goes as datagrams. */
    boolean isAnyOpen() {
        return byUri.values().stream().anyMatch(Optional::isPresent);
    }

    void closeAll() {
        byUri.values().forEach(track -> track.ifPresent(UdpTrack::close));
        byUri.clear();
        asked.forEach(UdpTrack::close);
        asked.clear();
    }
}
