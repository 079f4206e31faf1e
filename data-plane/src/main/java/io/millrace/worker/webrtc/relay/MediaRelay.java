package io.millrace.worker.webrtc.relay;

import io.millrace.model.Intent;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.accept.ConnectionPlaces;
import io.millrace.worker.net.udp.DatagramListener;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.webrtc.SignalledSessions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Relays the media of WebRTC sessions: the listeners, and every session there is by its ufrag. Any thread. */
public final class MediaRelay implements SignalledSessions, AutoCloseable {

    /** Each has a socket of its own. */
    private static final int MAX_SESSIONS = 20_000;

    /** Of connections that have no session yet. */
    private static final int MAX_TCP_UNPROVEN = 1_000;

    /** Longer than a client goes on trying after its session was ended. */
    private static final Duration BLOCKED_FOR = Duration.ofMinutes(2);

    private static final int MAX_BLOCKED = 10_000;

    /** As long as a datagram may be. */
    private static final int MAX_FRAME = 2_048;

    /** What waits for a client that does not read: a moment of media, which is all that it could still use. */
    private static final WriteBufferWaterMark TCP_WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private final MediaContext context;
    private final RouteFinder routes;
    private final Remembered<Boolean> blocked;
    private final ConcurrentHashMap<String, RelaySession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<EventLoop, RelayLoop> relayLoops = new ConcurrentHashMap<>();
    private final UdpPaths paths = new UdpPaths();
    private volatile boolean draining;
    private @Nullable DatagramListener datagrams;
    private @Nullable ConnectionListener connections;

    public MediaRelay(MediaContext context) {
        this.context = context;
        this.routes =
                new RouteFinder(context.ufrags(), context.book(), context.table(), context.clock(), context.metrics());
        this.blocked = new Remembered<>(MAX_BLOCKED, BLOCKED_FOR, context.clock());
    }

    /** Begins to receive datagrams; fails when the address is taken or not ours. */
    public InetSocketAddress openDatagrams(ListenerAddress address) throws IOException {
        DatagramListener opened =
                DatagramListener.open(context.loops(), address.toSocketAddress(), () -> new Door(this));
        datagrams = opened;
        return opened.boundTo();
    }

    /** Begins to accept connections; after the datagrams. */
    public InetSocketAddress openConnections(ListenerAddress address) throws IOException {
        ConnectionListener opened = ConnectionListener.open(
                context.loops(),
                context.loops().server().childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, TCP_WATER_MARK),
                address.toSocketAddress(),
                new ConnectionListener.Entrance(tcpUnproven(), false),
                (channel, place) -> {
                    if (draining) {
                        context.metrics().dropped(Drop.DRAINING);
                        channel.close();
                        return;
                    }
                    channel.pipeline()
                            .addLast(new LengthFieldBasedFrameDecoder(
                                    MAX_FRAME + Short.BYTES, 0, Short.BYTES, 0, Short.BYTES))
                            .addLast(new TcpClient(this, place::leaveKind));
                });
        connections = opened;
        return opened.boundTo();
    }

    private ConnectionPlaces tcpUnproven() {
        return new ConnectionPlaces(
                MAX_TCP_UNPROVEN,
                context.loops(),
                (client, refusal) -> context.metrics().dropped(Drop.TOO_MANY));
    }

    /** The socket of one loop; the loop is known once the socket is bound. */
    private static final class Door extends ChannelInboundHandlerAdapter {

        private final MediaRelay relay;
        private @Nullable RelayLoop loop;

        Door(MediaRelay relay) {
            this.relay = relay;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            EventLoop own = ctx.channel().eventLoop();
            loop = relay.relayLoops.computeIfAbsent(own, key -> new RelayLoop(relay, key, ctx.channel()));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Objects.requireNonNull(loop).read((DatagramPacket) message);
        }

        /** A datagram that could not be sent or received: the next one may. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            relay.metrics().dropped(Drop.CLIENT_SLOW);
        }
    }

    MediaContext context() {
        return context;
    }

    RelayMetrics metrics() {
        return context.metrics();
    }

    UdpPaths paths() {
        return paths;
    }

    /** Connections may come on loops that have no socket for datagrams. */
    RelayLoop loop(EventLoop loop) {
        return relayLoops.computeIfAbsent(
                loop,
                key -> new RelayLoop(
                        this, key, Objects.requireNonNull(datagrams).socketOn(key)));
    }

    /**
     * The session that a check names, which begins if its origin is known. When there is none, the packet is dropped.
     *
     * @param by how the check came
     * @param here where it came
     */
    Optional<RelaySession> sessionFor(String ufrag, RelayMetrics.Transport by, RelayLoop here, ByteBuf packet) {
        RelaySession present = sessions.get(ufrag);
        if (present != null) {
            return Optional.of(present);
        }
        if (blocked.get(ufrag).isPresent()) {
            here.drop(packet, Drop.ENDED);
            return Optional.empty();
        }
        if (draining || sessions.size() >= MAX_SESSIONS) {
            here.drop(packet, draining ? Drop.DRAINING : Drop.TOO_MANY);
            return Optional.empty();
        }
        return switch (routes.find(ufrag)) {
            case RouteFinder.Answer.NotNow(Drop cause) -> {
                here.drop(packet, cause);
                yield Optional.empty();
            }
            case RouteFinder.Answer.Found(RouteFinder.Place place) ->
                Optional.of(begin(place, ufrag, homeOf(place, by, here)));
        };
    }

    /**
     * A viewer's media comes from the origin and leaves by datagrams, which any loop may send: it lives on the loop that is being
     * filled. A publisher's media stays on the loop to which the kernel brings it, a connection's on that of the connection.
     */
    private RelayLoop homeOf(RouteFinder.Place place, RelayMetrics.Transport by, RelayLoop here) {
        boolean views = place.route().stream().anyMatch(route -> route.intent() == Intent.PLAY);
        return views && by == RelayMetrics.Transport.UDP ? loop(context.loops().fill()) : here;
    }

    private RelaySession begin(RouteFinder.Place place, String ufrag, RelayLoop home) {
        RelaySession fresh = new RelaySession(this, place, ufrag, home);
        RelaySession earlier = sessions.putIfAbsent(ufrag, fresh);
        if (earlier != null) {
            return earlier;
        }
        home.run(fresh::start);
        return fresh;
    }

    void remove(RelaySession session) {
        sessions.remove(session.ufrag(), session);
    }

    /** That session was ended on purpose: its client's packets do not begin it again. */
    void block(String ufrag) {
        routes.forget(ufrag);
        blocked.put(ufrag, true);
    }

    @Override
    public void expect(MediaRoute route) {
        routes.expect(route);
        RelaySession present = sessions.get(route.key());
        if (present != null) {
            present.told(route);
        }
    }

    @Override
    public void ended(String ufrag, String detail) {
        block(ufrag);
        RelaySession present = sessions.get(ufrag);
        if (present != null) {
            present.endedBySignalling(detail);
        }
    }

    /** Sessions that are there go on. */
    public void refuseNew() {
        draining = true;
        if (connections != null) {
            connections.close();
        }
    }

    /** Ends everything. */
    @Override
    public void close() {
        refuseNew();
        for (RelaySession session : List.copyOf(sessions.values())) {
            session.loop().run(session::stop);
        }
        if (datagrams != null) {
            datagrams.close();
        }
    }

    Collection<RelaySession> sessions() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** How many ufrags are remembered, for tests. */
    int remembered() {
        return routes.size() + blocked.size();
    }
}
