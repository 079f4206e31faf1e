package io.millrace.worker.webrtc.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.net.dial.DialFailure;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.webrtc.codec.PacketKind;
import io.millrace.worker.webrtc.codec.StunMessage;
import io.netty.buffer.ByteBuf;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The packets between one client and its origin. On one loop; packets that the kernel brings to another loop come over in bounded
 * number. Which of the client's addresses is whose is for the origin to say: see {@link ClientPaths}.
 */
final class RelaySession implements Ticking, OriginSocket.Owner, Listing.Owner {

    /** Until the origin accepts a first check; a client gives up later. */
    private static final Duration PROOF_LIMIT = Duration.ofSeconds(10);

    /** A side sent its DTLS close alert. A client that goes on sending has not received it, or it was forged. */
    private static final Duration AFTER_CLOSE_ALERT = Duration.ofSeconds(3);

    /** A restarted origin knows nothing of the session, and its machine says so. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);

    /** An ended session stays for a moment, so that the origin's close alert gets to the client. */
    private static final int LAST_TICKS = 2;

    private static final int MAX_HOPPING = 256;

    private final MediaRelay relay;
    private final MediaContext context;
    private final RouteFinder.Place place;
    private final String ufrag;
    private final RelayLoop home;
    private final OriginSocket origin;
    private final ClientPaths paths;
    private final Listing listing;
    private final AtomicInteger hopping = new AtomicInteger();
    private volatile State state = State.ASKING;
    private Instant lastClientAt;
    private Instant lastOriginAt;
    private boolean originActive;
    private boolean originRefuses;
    private boolean refusalTold;
    private @Nullable CloseReason closedBy;
    private int lastTicks = LAST_TICKS;

    private enum State {
        /** The origin has not accepted anything yet. */
        ASKING,
        RELAYING,
        /** Over, but for what the origin still has to say. */
        LEAVING,
        ENDED
    }

    RelaySession(MediaRelay relay, RouteFinder.Place place, String ufrag, RelayLoop home) {
        this.relay = relay;
        this.context = relay.context();
        this.place = place;
        this.ufrag = ufrag;
        this.home = home;
        this.origin = new OriginSocket(home, context.metrics(), this);
        this.paths = new ClientPaths(context.metrics());
        this.listing = new Listing(context, place, ufrag, this);
        this.lastClientAt = context.clock().instant();
        this.lastOriginAt = lastClientAt;
    }

    /** On its loop. */
    void start() {
        home.ticker().add(this);
        origin.open(context, place.endpoint());
    }

    /** Any thread. */
    String ufrag() {
        return ufrag;
    }

    /** Any thread. */
    RelayLoop loop() {
        return home;
    }

    /** Any thread. */
    boolean hasEnded() {
        return state == State.ENDED;
    }

    /**
     * STUN from a client: a check for this session from anywhere, or anything that came by a way that is this session's. Any loop; owns
     * the packet.
     */
    void stunFromClient(ClientPath from, StunMessage message, ByteBuf packet) {
        if (home.loop().inEventLoop()) {
            stun(from, message, packet);
        } else {
            hop(packet, () -> stun(from, message, packet));
        }
    }

    /** DTLS or media that came by a way that is this session's. Any loop; owns the packet. */
    void fromClient(ClientPath path, PacketKind kind, ByteBuf packet) {
        if (home.loop().inEventLoop()) {
            take(path, kind, packet);
        } else {
            hop(packet, () -> take(path, kind, packet));
        }
    }

    private void hop(ByteBuf packet, Runnable task) {
        if (hopping.incrementAndGet() > MAX_HOPPING) {
            hopping.decrementAndGet();
            home.drop(packet, Drop.LOOP_BUSY);
            return;
        }
        home.loop().execute(() -> {
            hopping.decrementAndGet();
            task.run();
        });
    }

    private void stun(ClientPath from, StunMessage message, ByteBuf packet) {
        if (isOver()) {
            home.drop(packet, Drop.ENDED);
            return;
        }
        ClientPath path = paths.known(from);
        if (message.kind() == StunMessage.Kind.REQUEST) {
            Optional<Drop> refusal = paths.ask(path, message);
            if (refusal.isPresent()) {
                home.drop(packet, refusal.get());
                return;
            }
        }
        toOrigin(path, packet);
    }

    private void take(ClientPath path, PacketKind kind, ByteBuf packet) {
        if (isOver()) {
            home.drop(packet, Drop.ENDED);
            return;
        }
        paths.mediaFrom(path);
        if (kind == PacketKind.DTLS && PacketKind.peekIsDtlsAlert(packet)) {
            closedBy = CloseReason.PEER_CLOSED;
        }
        toOrigin(path, packet);
    }

    private void toOrigin(ClientPath path, ByteBuf packet) {
        path.active();
        listing.countIn(packet.readableBytes());
        origin.send(packet);
    }

    private boolean isOver() {
        return state == State.LEAVING || state == State.ENDED;
    }

    @Override
    public void fromOrigin(ByteBuf packet) {
        originActive = true;
        switch (PacketKind.peek(packet)) {
            case MEDIA -> toClient(packet);
            case DTLS -> {
                if (PacketKind.peekIsDtlsAlert(packet)) {
                    closedBy = CloseReason.ORIGIN_CLOSED;
                }
                toClient(packet);
            }
            case STUN -> stunFromOrigin(packet);
            case OTHER -> home.drop(packet, Drop.NOT_WEBRTC);
        }
    }

    private void stunFromOrigin(ByteBuf packet) {
        Optional<StunMessage> peeked = StunMessage.peek(packet);
        if (peeked.isEmpty()) {
            home.drop(packet, Drop.MALFORMED_STUN);
            return;
        }
        StunMessage message = peeked.get();
        switch (message.kind()) {
            case REQUEST, INDICATION -> toClient(packet);
            case SUCCESS, ERROR -> answer(message, packet);
        }
    }

    private void answer(StunMessage message, ByteBuf packet) {
        ClientPath asker = paths.asker(message);
        if (asker == null || state == State.ENDED) {
            home.drop(packet, Drop.UNASKED);
            return;
        }
        if (message.kind() == StunMessage.Kind.SUCCESS && message.isBinding() && !isOver()) {
            paths.accepted(message, this, context.clock().millis());
            // The origin still takes the client for one of its own.
            closedBy = null;
            if (state == State.ASKING) {
                begin();
            }
        }
        listing.countOut(packet.readableBytes());
        asker.send(packet);
    }

    private void begin() {
        state = State.RELAYING;
        lastClientAt = context.clock().instant();
        context.router().succeeded(place.origin().id());
        listing.begin();
    }

    private void toClient(ByteBuf packet) {
        ClientPath media = paths.media();
        if (media == null) {
            home.drop(packet, Drop.NO_CLIENT);
            return;
        }
        listing.countOut(packet.readableBytes());
        media.send(packet);
    }

    /** A way that was this session's is gone: its connection closed, or its address turned up in another session. Any loop. */
    void lost(ClientPath path) {
        home.run(() -> {
            boolean wasLast = paths.lost(path);
            if (wasLast && path instanceof TcpPath && closedBy == null) {
                closedBy = CloseReason.PEER_CLOSED;
            }
        });
    }

    /** Signalling at this worker came to know what the session is. Any thread. */
    void told(MediaRoute route) {
        home.run(() -> listing.told(route));
    }

    @Override
    public void unreachable(Throwable cause) {
        originRefuses = true;
        if (state == State.ASKING && !refusalTold) {
            refusalTold = true;
            OriginObservation.Failure failure = cause instanceof PortUnreachableException
                    ? OriginObservation.Failure.REFUSED
                    : DialFailure.of(cause);
            context.router()
                    .failed(OriginObservation.of(
                            place.origin(),
                            failure,
                            "WebRTC: " + cause.getMessage(),
                            context.clock().instant()));
        }
    }

    @Override
    public void tick(long nowNanos) {
        Instant now = context.clock().instant();
        if (paths.tick()) {
            lastClientAt = now;
        }
        if (originActive) {
            originActive = false;
            originRefuses = false;
            lastOriginAt = now;
        }
        switch (state) {
            case ASKING -> endUnproven(now);
            case RELAYING -> {
                listing.tick(now);
                endSilent(Duration.between(lastClientAt, now), Duration.between(lastOriginAt, now));
            }
            case LEAVING -> {
                if (--lastTicks <= 0) {
                    release();
                }
            }
            case ENDED -> home.ticker().remove(this);
        }
    }

    private void endUnproven(Instant now) {
        if (now.isBefore(lastClientAt.plus(PROOF_LIMIT))) {
            return;
        }
        CloseReason reason = refusalTold ? CloseReason.ORIGIN_UNREACHABLE : CloseReason.PEER_HANDSHAKE_TIMEOUT;
        String detail = "origin " + place.origin().displayName() + " accepted no check at " + place.endpoint();
        context.sessions().rejected(Protocol.WEBRTC, reason, clientAddress(), detail);
        listing.end(reason, detail, true);
        release();
    }

    private void endSilent(Duration client, Duration ofOrigin) {
        Duration idle = context.settings().idleTimeout();
        CloseReason closed = closedBy;
        if (closed != null && client.compareTo(AFTER_CLOSE_ALERT) >= 0) {
            over(closed, "DTLS closed", false);
        } else if (originRefuses && ofOrigin.compareTo(AFTER_REFUSAL) >= 0) {
            over(CloseReason.ORIGIN_RESET, "nothing listens at " + place.endpoint() + " any more", false);
        } else if (client.compareTo(idle) >= 0) {
            over(CloseReason.PEER_IDLE, "sent nothing for " + idle.toSeconds() + " s", true);
        } else if (ofOrigin.compareTo(idle) >= 0) {
            over(CloseReason.ORIGIN_TIMEOUT, "the origin sent nothing for " + idle.toSeconds() + " s", true);
        }
    }

    private void over(CloseReason reason, String detail, boolean mayComeBack) {
        listing.end(reason, detail, mayComeBack);
        release();
    }

    @Override
    public void refused(OpenResult.Refused refusal) {
        leave(refusal.reason(), refusal.detail());
    }

    @Override
    public void end(CloseReason reason, String detail) {
        home.run(() -> leave(reason, detail));
    }

    /** We end it: the origin shall know, and the client shall not be back with its next packet. */
    private void leave(CloseReason reason, String detail) {
        if (isOver()) {
            return;
        }
        listing.route().ifPresent(route -> context.ender().end(home.loop(), place.origin(), route));
        close(reason, detail);
    }

    /** The client ended it by signalling. Any thread. */
    void endedBySignalling(String detail) {
        home.run(() -> close(CloseReason.PEER_CLOSED, detail));
    }

    private void close(CloseReason reason, String detail) {
        if (!isOver()) {
            state = State.LEAVING;
            relay.block(ufrag);
            listing.end(reason, detail, false);
        }
    }

    /** The worker stops. On its loop. */
    void stop() {
        if (!isOver()) {
            listing.end(CloseReason.DRAINED, "the worker stops", true);
        }
        release();
    }

    private void release() {
        if (state != State.ENDED) {
            state = State.ENDED;
            home.ticker().remove(this);
            origin.close();
            paths.leaveAll();
            relay.remove(this);
        }
    }

    @Override
    public String clientAddress() {
        return paths.shown();
    }

    @Override
    public void later(Runnable task) {
        home.loop().execute(task);
    }
}
