package io.millrace.worker.srt.relay;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permission;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.SessionHandle;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.loop.LoopTicker;
import io.millrace.worker.net.udp.DatagramWriter;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtFormatException;
import io.millrace.worker.srt.codec.SrtPacket;
import io.millrace.worker.srt.session.Answers;
import io.millrace.worker.srt.session.Call;
import io.millrace.worker.srt.session.KeptPacket;
import io.millrace.worker.srt.session.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the listening address: whatever comes from a client is answered without keeping anything, begins a
 * session, or goes to the session that it belongs to.
 */
final class LoopPort extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(LoopPort.class);

    /** What is on its way to all clients of a loop; what comes beyond this is lost as it would be in a router. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(2 << 20, 4 << 20);

    /** Callers for whom we look for an origin, on all loops. */
    static final int MAX_SEARCHING = 2_000;

    /** Sessions that are over and stay for a moment, on one loop. */
    private static final int MAX_LINGERING = 10_000;

    private static final int MAX_SOCKET_ID = 1 << 30;

    private final SrtContext context;
    private final AtomicInteger searching;
    private final CallerTable table = new CallerTable();
    private final LinkedHashSet<SrtSession> lingering = new LinkedHashSet<>();
    private final List<OriginLink> unflushed = new ArrayList<>();
    private final Set<Asking> asking = new HashSet<>();
    private @Nullable Bound bound;

    /** A caller of whom is asked whether it may have its stream. */
    private record Asking(InetSocketAddress client, int socketId) {}

    private record Bound(Channel channel, DatagramWriter writer) {}

    /** @param searching counts, over all loops, callers for whom an origin is looked for */
    LoopPort(SrtContext context, AtomicInteger searching) {
        this.context = context;
        this.searching = searching;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        bound = new Bound(channel, new DatagramWriter(channel));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        table.sessions().forEach(session -> {
            session.end(CloseReason.DRAINED, "the listener was closed");
            session.leave();
        });
        bound().writer().release();
    }

    // ---- what comes from clients

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        ByteBuf packet = datagram.content();
        InetSocketAddress client = datagram.sender();
        if (!SrtPacket.isLongEnough(packet)) {
            drop(packet, SrtDrops.Why.MALFORMED);
        } else if (SrtPacket.isControl(packet, SrtPacket.HANDSHAKE)) {
            try {
                handshake(client, packet);
            } catch (SrtFormatException e) {
                context.drops().count(SrtDrops.Why.MALFORMED);
            } finally {
                packet.release();
            }
        } else {
            SrtSession session = table.withDestination(client, SrtPacket.destination(packet));
            if (session == null) {
                drop(packet, SrtDrops.Why.UNKNOWN);
            } else {
                session.fromClient(packet);
            }
        }
    }

    private void drop(ByteBuf packet, SrtDrops.Why why) {
        context.drops().count(why);
        packet.release();
    }

    private void handshake(InetSocketAddress client, ByteBuf packet) {
        Handshake handshake = Handshake.peek(packet);
        if (handshake.socketId() == 0) {
            throw new SrtFormatException("a caller without a socket id");
        }
        switch (handshake.type()) {
            case Handshake.INDUCTION ->
                send(
                        Answers.toInduction(
                                alloc(), handshake, context.cookies().bake(client), client.getAddress()),
                        client);
            case Handshake.CONCLUSION -> conclude(client, handshake, packet);
            default -> throw new SrtFormatException("a handshake of type " + handshake.type());
        }
    }

    private void conclude(InetSocketAddress client, Handshake conclusion, ByteBuf packet) {
        if (!context.cookies().isOurs(client, conclusion.cookie())) {
            context.drops().count(SrtDrops.Why.COOKIE);
            return;
        }
        SrtSession before = table.calling(client, conclusion.socketId());
        if (before != null && before.isCalledBy(conclusion)) {
            before.calledAgain();
            return;
        }
        if (before != null) {
            before.supersede();
        }
        switch (Call.of(conclusion, context.router().naming())) {
            case Call.ForStream asked -> begin(client, asked, conclusion, packet);
            case Call.Refused(Rejection why, String detail) -> {
                CloseReason reason =
                        why == Rejection.VERSION ? CloseReason.PEER_PROTOCOL_ERROR : CloseReason.PEER_BAD_NAME;
                context.sessions()
                        .rejected(Protocol.SRT, reason, ClientAddress.of(client).shown(), detail);
                reject(client, conclusion, why);
            }
        }
    }

    private void begin(InetSocketAddress client, Call.ForStream asked, Handshake conclusion, ByteBuf packet) {
        String shown = ClientAddress.of(client).shown();
        if (searching.get() >= MAX_SEARCHING) {
            context.sessions()
                    .rejected(
                            Protocol.SRT,
                            CloseReason.TOO_MANY_SESSIONS,
                            shown,
                            MAX_SEARCHING + " callers wait for an origin");
            reject(client, conclusion, Rejection.OVERLOAD);
            return;
        }
        Asking caller = new Asking(client, conclusion.socketId());
        if (!asking.add(caller)) {
            // Repeated while the answer is awaited.
            return;
        }
        searching.incrementAndGet();
        KeptPacket kept = KeptPacket.borrow(packet, System.nanoTime());
        AccessRequest request =
                new AccessRequest(Protocol.SRT, asked.intent(), asked.key(), shown, asked.credentials());
        context.sessions().permit(request, loop(), permission -> {
            asking.remove(caller);
            searching.decrementAndGet();
            if (channel().isActive()) {
                permitted(client, conclusion, kept, permission);
            }
        });
    }

    private void permitted(InetSocketAddress client, Handshake conclusion, KeptPacket kept, Permission permission) {
        switch (permission) {
            case OpenResult.Refused refused -> reject(client, conclusion, SrtSession.rejectionFor(refused.reason()));
            case Permit permit -> {
                CompletableFuture<SrtSession> begun = new CompletableFuture<>();
                SessionHandle handle = (reason, detail) ->
                        loop().execute(() -> begun.thenAccept(session -> session.end(reason, detail)));
                switch (context.sessions().open(permit, handle)) {
                    case OpenResult.Refused refused ->
                        reject(client, conclusion, SrtSession.rejectionFor(refused.reason()));
                    case OpenResult.Opened opened -> {
                        SrtSession session = new SrtSession(context, this, opened.session(), client, conclusion, kept);
                        begun.complete(session);
                        searching.incrementAndGet();
                        table.add(session);
                        ticker().add(session);
                        session.start();
                    }
                }
            }
        }
    }

    private void reject(InetSocketAddress client, Handshake conclusion, Rejection why) {
        send(Answers.rejection(alloc(), conclusion, why, client.getAddress()), client);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        unflushed.forEach(OriginLink::flush);
        unflushed.clear();
        flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // One client that cannot be reached; its session ends by its silence.
            context.drops().count(SrtDrops.Why.CONGESTED);
        } else {
            LOG.errorf(cause, "internal error protocol=srt socket=listener");
        }
    }

    // ---- for sessions

    EventLoop loop() {
        return channel().eventLoop();
    }

    ByteBufAllocator alloc() {
        return channel().alloc();
    }

    CallerTable table() {
        return table;
    }

    /**
     * Sends a packet, which is owned by this from now on, with the next {@link #flush}.
     *
     * @return whether there was room for it
     */
    boolean send(ByteBuf packet, InetSocketAddress client) {
        Bound out = bound();
        if (!out.channel().isWritable()) {
            drop(packet, SrtDrops.Why.CONGESTED);
            return false;
        }
        out.writer().write(client, packet);
        return true;
    }

    void flush() {
        bound().writer().flush();
    }

    /** Once all that has come from clients is looked at. */
    void flushLater(OriginLink link) {
        unflushed.add(link);
    }

    /**
     * The socket id by which a client addresses an origin's socket: the origin's own, unless another session of the same client
     * address has that one already. Then only an id that is made here can tell the two apart.
     */
    int freeSocketId(InetSocketAddress client, int originId) {
        int id = originId;
        while (id == 0 || table.withDestination(client, id) != null) {
            id = context.random().nextInt(1, MAX_SOCKET_ID);
        }
        return id;
    }

    void leftSearch() {
        searching.decrementAndGet();
    }

    /** The session is over and stays for a moment. */
    void lingers(SrtSession session) {
        lingering.add(session);
        if (lingering.size() > MAX_LINGERING) {
            lingering.removeFirst().leave();
        }
    }

    void forget(SrtSession session, int destination) {
        table.remove(session, destination);
        ticker().remove(session);
        lingering.remove(session);
    }

    private LoopTicker ticker() {
        return context.loops().ticker(channel());
    }

    private Channel channel() {
        return bound().channel();
    }

    private Bound bound() {
        if (bound == null) {
            throw new IllegalStateException("the socket is not bound");
        }
        return bound;
    }
}
