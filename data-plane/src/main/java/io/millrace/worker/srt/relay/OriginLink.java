package io.millrace.worker.srt.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.net.dial.Dial;
import io.millrace.worker.net.dial.DialFailure;
import io.millrace.worker.net.udp.ConnectedSocket;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.srt.codec.SrtFormatException;
import io.millrace.worker.srt.session.OriginHandshake;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A session's own socket towards one origin: first it repeats the caller's handshake until the origin answers, then it carries
 * what the two send. An origin that does not answer affects its own session only.
 */
final class OriginLink extends ChannelInboundHandlerAdapter implements Dials.Attempt {

    private static final Logger LOG = Logger.getLogger(OriginLink.class);

    /** As libsrt's callers do. */
    private static final Duration REPEAT = Duration.ofMillis(250);

    /** What waits beyond this, because the kernel takes no more, is lost as it would be in a router. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /** What comes of it; called on the session's loop, and no more after {@link #cancel}. */
    interface Owner {

        /** The origin has answered the first part of the handshake; it is told of the caller once the owner calls {@link #goOn}. */
        void answered(OriginLink link);

        /** @param answer lent; likewise for {@link #rejected} */
        void accepted(OriginLink link, ByteBuf answer);

        /** The origin answered and does not want this caller. */
        void rejected(OriginLink link, ByteBuf answer);

        /** The origin could not be reached or did not answer; another one may do. */
        void failed(OriginLink link, OriginObservation observation);

        /** Once accepted: a packet came, which the owner owns now. */
        void received(ByteBuf packet);

        /** Once accepted: that was all for now. */
        void receivedAll();

        /** Once accepted: something waits for {@link #flush}. */
        void unflushed(OriginLink link);

        /** Once accepted: nothing listens there any more. */
        void vanished(OriginObservation observation);
    }

    private enum State {
        /** Until the first part of the handshake, which has no side effects, is answered. */
        SHAKING_HANDS,
        /** The origin has answered that and is sent nothing until {@link #goOn}. */
        HELD,
        CONCLUDING,
        OPEN,
        CLOSED
    }

    private final SrtContext context;
    private Resolution.Route route;
    private final Function<InetSocketAddress, OriginHandshake> handshakes;
    private final Owner owner;
    private final Dial dial;
    private State state = State.SHAKING_HANDS;
    private @Nullable OriginHandshake handshake;
    private @Nullable ConnectedSocket socket;
    private @Nullable ScheduledFuture<?> repeating;

    /** @param handshakes the handshake with the origin at that address */
    OriginLink(
            SrtContext context,
            Resolution.Route route,
            Function<InetSocketAddress, OriginHandshake> handshakes,
            Owner owner) {
        this.context = context;
        this.route = route;
        this.handshakes = handshakes;
        this.owner = owner;
        this.dial = new Dial(Protocol.SRT, route.origin(), context.originMetrics(), context.clock(), observation -> {
            finish();
            owner.failed(this, observation);
        });
    }

    @Override
    public Resolution.Route route() {
        return route;
    }

    @Override
    public void start(EventLoop loop) {
        Bootstrap client = context.loops()
                .datagrams(loop)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(this);
        ChannelFuture connecting = dial.connect(client, loop, route.endpoint());
        connecting.addListener(future -> loop.execute(() -> {
            if (future.isSuccess()) {
                connected(connecting.channel());
            }
        }));
    }

    private void connected(Channel connected) {
        if (state != State.SHAKING_HANDS) {
            connected.close();
            return;
        }
        ConnectedSocket opened = new ConnectedSocket(connected);
        socket = opened;
        handshake = handshakes.apply(opened.remote());
        sendHandshake();
        repeating = connected
                .eventLoop()
                .scheduleAtFixedRate(this::repeat, REPEAT.toNanos(), REPEAT.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sendHandshake() {
        if (handshake != null && socket != null) {
            socket.write(handshake.toSend(dial.channel().alloc(), System.nanoTime()));
            socket.flush();
        }
    }

    private void repeat() {
        Duration limit = context.settings().originAnswerTimeout();
        if (!isWaiting()) {
            return;
        }
        if (dial.elapsed().compareTo(limit) < 0) {
            sendHandshake();
            return;
        }
        String stage = state == State.CONCLUDING ? "second part of the handshake" : "handshake";
        dial.fail(Failure.TIMEOUT, "no answer to the " + stage + " within " + limit.toMillis() + " ms");
    }

    /** For an answer of the origin. */
    private boolean isWaiting() {
        return state == State.SHAKING_HANDS || state == State.CONCLUDING;
    }

    @Override
    public void goOn(Resolution.Route decided) {
        if (state != State.HELD) {
            throw new IllegalStateException("asked to go on while " + state);
        }
        route = decided;
        state = State.CONCLUDING;
        sendHandshake();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf packet = ((DatagramPacket) message).content();
        switch (state) {
            case OPEN -> owner.received(packet);
            case SHAKING_HANDS, HELD, CONCLUDING -> {
                try {
                    receive(packet);
                } finally {
                    packet.release();
                }
            }
            case CLOSED -> packet.release();
        }
    }

    private void receive(ByteBuf packet) {
        if (handshake == null) {
            return;
        }
        try {
            switch (handshake.receive(packet)) {
                case NOTHING -> {
                    // A repeated answer, or something else that comes too early.
                }
                case GO_ON -> {
                    state = State.HELD;
                    owner.answered(this);
                }
                case ACCEPTED -> {
                    answered();
                    state = State.OPEN;
                    owner.accepted(this, packet);
                }
                case REJECTED -> {
                    answered();
                    owner.rejected(this, packet);
                }
            }
        } catch (SrtFormatException e) {
            dial.fail(Failure.PROTOCOL, String.valueOf(e.getMessage()));
        }
    }

    private void answered() {
        stopRepeating();
        dial.connected();
        dial.end();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == State.OPEN) {
            owner.receivedAll();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case PortUnreachableException _ -> refused();
            case IOException refused when String.valueOf(refused.getMessage()).contains("refused") -> refused();
            case ClosedChannelException _ -> {
                // A packet that came a moment too late.
            }
            case IOException ofOnePacket -> {
                // When it lasts, the timeouts see it.
                if (isWaiting()) {
                    dial.fail(DialFailure.of(ofOnePacket), DialFailure.detail(ofOnePacket));
                }
            }
            default ->
                LOG.errorf(
                        cause,
                        "internal error protocol=srt origin=%s",
                        route.origin().displayName());
        }
    }

    private void refused() {
        String detail = "nothing listens there";
        if (state != State.OPEN) {
            dial.fail(Failure.REFUSED, detail);
        } else {
            owner.vanished(dial.observation(Failure.REFUSED, detail));
        }
    }

    /** That the origin does not do its part in time. */
    OriginObservation timeout(String detail) {
        return dial.observation(Failure.TIMEOUT, detail);
    }

    private void stopRepeating() {
        if (repeating != null) {
            repeating.cancel(false);
        }
    }

    /**
     * Sends a packet, which is owned by this from now on, with the next {@link #flush}.
     *
     * @return whether there was room for it
     */
    boolean write(ByteBuf packet) {
        if (socket == null || state != State.OPEN || !socket.makeRoom()) {
            packet.release();
            return false;
        }
        if (socket.write(packet)) {
            owner.unflushed(this);
        }
        return true;
    }

    void flush() {
        if (socket != null) {
            socket.flush();
        }
    }

    private void finish() {
        state = State.CLOSED;
        stopRepeating();
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public void cancel() {
        finish();
        dial.cancel();
    }
}
