package io.millrace.worker.srt.relay;

import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.net.flow.SilenceClock;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtPacket;
import io.millrace.worker.srt.session.Answers;
import io.millrace.worker.srt.session.KeptPacket;
import io.millrace.worker.srt.session.OriginHandshake;
import io.millrace.worker.srt.session.Rejection;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One caller from its conclusion to the end: an origin is found for it, the two shake hands, and their packets pass as they are.
 * Afterwards it stays for a moment, so that what is still on its way does not count as unknown and what got lost is sent again.
 */
final class SrtSession implements Dials.Owner<OriginLink>, OriginLink.Owner, Ticking {

    private static final Logger LOG = Logger.getLogger(SrtSession.class);

    private static final Duration LINGER = Duration.ofSeconds(3);

    /** Where a session is. */
    private enum State {
        /** An origin is looked for and gets the handshake. */
        SEARCHING,
        RELAYING,
        LINGERING,
        GONE
    }

    private final SrtContext context;
    private final LoopPort port;
    private final InetSocketAddress client;
    private final Handshake call;
    private final KeptPacket conclusion;
    private final long beganNanos = System.nanoTime();

    private State state = State.SEARCHING;
    private final Session session;
    private final Dials<OriginLink> search;
    /** To the origin that took the caller. */
    private @Nullable OriginLink link;
    /** What the caller was sent last; it is sent again when the caller repeats its call. */
    private @Nullable KeptPacket answer;

    /** The origin's socket id as the caller knows it, and as it is. */
    private int destination;

    private int originId;

    private final SilenceClock clientSilence = new SilenceClock();
    private final SilenceClock originSilence = new SilenceClock();
    /** A side that has sent a shutdown needs none. */
    private boolean clientLeft;

    private boolean originLeft;
    private long lingersUntilNanos;

    SrtSession(
            SrtContext context,
            LoopPort port,
            Session session,
            InetSocketAddress client,
            Handshake call,
            KeptPacket conclusion) {
        this.context = context;
        this.port = port;
        this.session = session;
        this.client = client;
        this.call = call.withoutExtensions();
        this.conclusion = conclusion;
        this.search = new Dials<>(
                context.router(),
                Dials.Wanted.by(session),
                port.loop(),
                Dials.Hedging.after(
                        context.settings().originHedgeAfter(), port.loop(), context.clock(), context.originMetrics()),
                this);
    }

    InetSocketAddress client() {
        return client;
    }

    /** The caller's own socket id. */
    int callerId() {
        return call.socketId();
    }

    void start() {
        search.start();
    }

    private void become(State next) {
        if (next.compareTo(state) <= 0) {
            throw new IllegalStateException(state + " cannot become " + next);
        }
        if (state == State.SEARCHING) {
            port.leftSearch();
        }
        state = next;
    }

    // ---- the caller's handshake

    /** Whether that is the same call, repeated; each call of a socket begins with a sequence number of its own. */
    boolean isCalledBy(Handshake again) {
        return again.initialSequence() == call.initialSequence();
    }

    /** The caller repeats its conclusion, since it has not received the answer. */
    void calledAgain() {
        clientSilence.activity();
        boolean stillHolds = state == State.RELAYING || destination == 0;
        if (answer != null && stillHolds) {
            port.send(answer.copy(port.alloc(), System.nanoTime()), client);
        }
    }

    /** The caller's socket is another one by now, which has the same number and must get nothing that is meant for this one. */
    void supersede() {
        clientLeft = true;
        end(CloseReason.PEER_CLOSED, "the client connected again from the same socket");
        leave();
    }

    // ---- the search for an origin

    @Override
    public Optional<OriginLink> dial(Resolution.Route route) {
        return Optional.of(new OriginLink(
                context, route, address -> new OriginHandshake(call, conclusion, address.getAddress()), this));
    }

    @Override
    public void answered(OriginLink answering) {
        search.answered(answering);
    }

    @Override
    public void foundNone(CloseReason reason, String detail) {
        end(reason, detail);
    }

    @Override
    public void broken(Throwable cause) {
        LOG.errorf(cause, "internal error, session ended client=%s", session.clientAddress());
        end(CloseReason.INTERNAL_ERROR, cause.toString());
    }

    @Override
    public void failed(OriginLink failed, OriginObservation observation) {
        search.failed(failed, observation);
    }

    @Override
    public void rejected(OriginLink by, ByteBuf packet) {
        search.succeeded(by);
        by.cancel();
        int code = Handshake.peek(packet).rejectionCode();
        answer = KeptPacket.borrow(packet, System.nanoTime()).changed(this::addressToCaller);
        end(CloseReason.ORIGIN_REFUSED_STREAM, "rejected with code " + code);
    }

    @Override
    public void accepted(OriginLink by, ByteBuf packet) {
        link = by;
        search.succeeded(by);
        originId = Handshake.peek(packet).socketId();
        destination = port.freeSocketId(client, originId);
        answer = KeptPacket.borrow(packet, System.nanoTime()).changed(kept -> {
            addressToCaller(kept);
            Handshake.putSocketId(kept, destination);
        });
        become(State.RELAYING);
        port.table().bind(this, destination);
        port.send(answer.copy(port.alloc(), System.nanoTime()), client);
        context.sessions().relaying(session, by.route().origin(), by.route().epoch());
    }

    /** The cookie is the one that the caller had from us, the address its own. */
    private void addressToCaller(ByteBuf packet) {
        Handshake.putCookie(packet, call.cookie());
        Handshake.putPeer(packet, client.getAddress());
    }

    // ---- relaying

    /** Owns the packet. */
    void fromClient(ByteBuf packet) {
        clientSilence.activity();
        if (state != State.RELAYING) {
            clientLeft |= SrtPacket.isControl(packet, SrtPacket.SHUTDOWN);
            context.drops().count(SrtDrops.Why.UNTIMELY);
            packet.release();
            return;
        }
        session.countIn(packet.readableBytes());
        boolean last = SrtPacket.isControl(packet, SrtPacket.SHUTDOWN);
        if (destination != originId) {
            SrtPacket.putDestination(packet, originId);
        }
        toOrigin(packet);
        if (last) {
            clientLeft = true;
            originLeft = true;
            end(CloseReason.PEER_CLOSED, "");
        }
    }

    private void toOrigin(ByteBuf packet) {
        if (!link().write(packet)) {
            context.drops().count(SrtDrops.Why.CONGESTED);
        }
    }

    @Override
    public void unflushed(OriginLink of) {
        port.flushLater(of);
    }

    @Override
    public void received(ByteBuf packet) {
        originSilence.activity();
        if (state != State.RELAYING) {
            originLeft |= SrtPacket.isLongEnough(packet) && SrtPacket.isControl(packet, SrtPacket.SHUTDOWN);
            context.drops().count(SrtDrops.Why.UNTIMELY);
            packet.release();
            return;
        }
        if (!SrtPacket.isLongEnough(packet) || SrtPacket.destination(packet) != call.socketId()) {
            context.drops().count(SrtDrops.Why.MALFORMED);
            packet.release();
            return;
        }
        if (SrtPacket.isControl(packet, SrtPacket.HANDSHAKE)) {
            // The answer that the caller has had from us, or will have when it asks again.
            packet.release();
            return;
        }
        boolean last = SrtPacket.isControl(packet, SrtPacket.SHUTDOWN);
        int length = packet.readableBytes();
        if (port.send(packet, client)) {
            session.countOut(length);
        }
        if (last) {
            originLeft = true;
            clientLeft = true;
            end(CloseReason.ORIGIN_CLOSED, "");
        }
    }

    @Override
    public void receivedAll() {
        port.flush();
    }

    @Override
    public void vanished(OriginObservation observation) {
        originLeft = true;
        if (state == State.RELAYING) {
            context.router().failed(observation);
            end(CloseReason.ORIGIN_RESET, observation.detail());
        }
    }

    // ---- time

    @Override
    public void tick(long nowNanos) {
        switch (state) {
            case RELAYING -> endSilent(nowNanos);
            case LINGERING -> linger(nowNanos);
            case SEARCHING, GONE -> {
                // The search has its own limits.
            }
        }
    }

    private void endSilent(long nowNanos) {
        Duration limit = context.settings().idleTimeout();
        long clientSilent = clientSilence.silentForNanos(nowNanos);
        long originSilent = originSilence.silentForNanos(nowNanos);
        if (clientSilent >= limit.toNanos()) {
            end(CloseReason.PEER_IDLE, "the client sent nothing for " + limit.toMillis() + " ms");
        } else if (originSilent >= limit.toNanos()) {
            // Both sides of SRT send something every second; the client does.
            context.router().failed(link().timeout("it sent nothing for " + limit.toMillis() + " ms"));
            end(CloseReason.ORIGIN_TIMEOUT, "the origin sent nothing for " + limit.toMillis() + " ms");
        }
    }

    private void linger(long nowNanos) {
        if (nowNanos - lingersUntilNanos >= 0) {
            leave();
        } else {
            boolean clientSends = clientSilence.takeActivity();
            boolean originSends = originSilence.takeActivity();
            sendShutdown(clientSends && !clientLeft, originSends && !originLeft);
        }
    }

    // ---- the end

    /** Only the first call counts. */
    void end(CloseReason reason, String detail) {
        switch (state) {
            case SEARCHING -> {
                search.cancel();
                KeptPacket last = answer == null ? rejection(rejectionFor(reason)) : answer;
                answer = last;
                if (!clientLeft) {
                    port.send(last.copy(port.alloc(), System.nanoTime()), client);
                    port.flush();
                }
            }
            case RELAYING -> sendShutdown(!clientLeft, !originLeft);
            case LINGERING, GONE -> {
                return;
            }
        }
        become(State.LINGERING);
        clientSilence.takeActivity();
        originSilence.takeActivity();
        lingersUntilNanos = System.nanoTime() + LINGER.toNanos();
        port.lingers(this);
        context.sessions().close(session, reason, detail);
    }

    private KeptPacket rejection(Rejection why) {
        ByteBuf packet = Answers.rejection(port.alloc(), call, why, client.getAddress());
        try {
            return KeptPacket.borrow(packet, System.nanoTime());
        } finally {
            packet.release();
        }
    }

    static Rejection rejectionFor(CloseReason reason) {
        return switch (reason) {
            case TOO_MANY_SESSIONS, TOO_MANY_WAITING, VHOST_FULL -> Rejection.OVERLOAD;
            case KICKED, BANNED, NOT_ALLOWED -> Rejection.FORBIDDEN;
            case INTERNAL_ERROR -> Rejection.INTERNAL;
            default -> Rejection.UNAVAILABLE;
        };
    }

    private void sendShutdown(boolean toClient, boolean toOrigin) {
        if (destination == 0) {
            return;
        }
        int timestamp = (int) TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - beganNanos);
        if (toClient) {
            ByteBuf packet = port.alloc().buffer(SrtPacket.SHUTDOWN_SIZE);
            SrtPacket.writeShutdown(packet, timestamp, call.socketId());
            port.send(packet, client);
            port.flush();
        }
        if (toOrigin) {
            ByteBuf packet = port.alloc().buffer(SrtPacket.SHUTDOWN_SIZE);
            SrtPacket.writeShutdown(packet, timestamp, originId);
            link().write(packet);
            link().flush();
        }
    }

    /** Forgets all; the session has ended. */
    void leave() {
        if (state == State.GONE) {
            return;
        }
        become(State.GONE);
        if (link != null) {
            link.cancel();
        }
        port.forget(this, destination);
    }

    private OriginLink link() {
        if (link == null) {
            throw new IllegalStateException("no origin accepted the caller in state " + state);
        }
        return link;
    }
}
