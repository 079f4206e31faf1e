package io.millrace.worker.rtsp.relay;

import io.millrace.worker.rtsp.codec.TransportSpec;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The datagrams of one track: a pair of ports towards the client and one towards the origin, and what goes between them. */
final class UdpTrack {

    private final TransportSpec.Ports clientsPorts;
    private final SocketPair towardsClient;
    private final SocketPair towardsOrigin;

    private UdpTrack(TransportSpec.Ports clientsPorts, SocketPair towardsClient, SocketPair towardsOrigin) {
        this.clientsPorts = clientsPorts;
        this.towardsClient = towardsClient;
        this.towardsOrigin = towardsOrigin;
    }

    /**
     * One side of a track.
     *
     * @param local our address towards that side
     * @param received gets the number of bytes that came from there
     */
    record Side(InetAddress local, InetAddress host, LongConsumer received) {

        SocketPair.Place place(RtspContext context, EventLoop loop) {
            return new SocketPair.Place(
                    context, loop, local, () -> new MediaSocket(host, received, context.datagrams()));
        }
    }

    /**
     * Takes the ports.
     *
     * @param clientsPorts where the client wants its media
     * @param done called on the loop; empty when there are not enough ports
     */
    static void open(
            RtspContext context,
            EventLoop loop,
            Side client,
            TransportSpec.Ports clientsPorts,
            Side origin,
            Consumer<Optional<UdpTrack>> done) {
        SocketPair.bind(client.place(context, loop), first -> {
            if (first.isEmpty()) {
                done.accept(Optional.empty());
                return;
            }
            SocketPair towardsClient = first.get();
            SocketPair.bind(origin.place(context, loop), second -> {
                if (second.isEmpty()) {
                    towardsClient.close();
                }
                done.accept(second.map(towardsOrigin -> new UdpTrack(clientsPorts, towardsClient, towardsOrigin)));
            });
        });
    }

    /** What the origin is sent instead of the client's ports. */
    TransportSpec asOriginSees(TransportSpec asked) {
        return asked.without("destination")
                .without("source")
                .without(TransportSpec.SERVER_PORT)
                .with(TransportSpec.CLIENT_PORT, towardsOrigin.ports().toString());
    }

    /** Media flows from now on, by what the origin answered; this is what the client is sent of it. */
    TransportSpec begin(TransportSpec answered) {
        answered.ports(TransportSpec.SERVER_PORT).ifPresent(towardsOrigin::announced);
        towardsClient.announced(clientsPorts);
        towardsClient.join(towardsOrigin);
        return answered.without("destination")
                .without("source")
                .with(TransportSpec.CLIENT_PORT, clientsPorts.toString())
                .with(TransportSpec.SERVER_PORT, towardsClient.ports().toString());
    }

    void close() {
        towardsClient.close();
        towardsOrigin.close();
    }
}
