package io.millrace.worker.rtmp.relay;

import io.millrace.model.OriginKind;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.net.dial.Dial;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.session.OriginNegotiation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to bring a session to an origin: connect, wait for the answer to the handshake and for {@link #goOn}, negotiate until
 * the origin was sent publish or play, then hand the connection over. Tells its listener exactly one outcome.
 */
final class OriginDial extends ChannelInboundHandlerAdapter implements Dials.Attempt {

    /** What comes of an attempt; called once, on the session's loop. */
    interface Listener {

        /** The origin has answered the handshake; it is told of the client once the listener calls {@link #goOn}. Before any outcome. */
        void answered(OriginDial dial);

        /** @param leftover what the origin has said since; the listener owns it */
        void asked(OriginDial dial, int originMessageStream, ByteBuf leftover);

        /** The origin answered and does not want this client. */
        void refused(OriginDial dial, AmfValue.Members info);

        /** The origin could not be reached or did not answer; another one may do. */
        void failed(OriginDial dial, OriginObservation observation);
    }

    private final RtmpContext context;
    private Resolution.Route route;
    private final OriginNegotiation negotiation;
    private final Optional<InetAddress> clientAddress;
    private final Listener listener;
    private final Dial dial;
    private @Nullable ByteBuf received;
    private Phase phase = Phase.CONNECTING;

    /** How far it has come. */
    private enum Phase {
        /** Until the handshake is answered. */
        CONNECTING,
        /** The origin has answered and is sent nothing until {@link #goOn}. */
        HELD,
        TALKING,
        DONE
    }

    OriginDial(
            RtmpContext context,
            Resolution.Route route,
            OriginNegotiation negotiation,
            Optional<InetAddress> clientAddress,
            Listener listener) {
        this.context = context;
        this.route = route;
        this.negotiation = negotiation;
        this.clientAddress = clientAddress;
        this.listener = listener;
        this.dial = new Dial(Protocol.RTMP, route.origin(), context.originMetrics(), context.clock(), observation -> {
            finish();
            listener.failed(this, observation);
        });
    }

    @Override
    public void start(EventLoop loop) {
        Duration limit = context.settings().originConnectTimeout();
        dial.connect(context.loops().client(loop, limit).handler(this), loop, route.endpoint());
    }

    @Override
    public Resolution.Route route() {
        return route;
    }

    OriginNegotiation negotiation() {
        return negotiation;
    }

    /** The connection; there once {@link #start} returned. */
    Channel channel() {
        return dial.channel();
    }

    @Override
    public void cancel() {
        finish();
        dial.cancel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        dial.connected();
        ByteBuf out = ctx.alloc().buffer(2_048);
        if (context.settings().srsRealIp() && route.origin().kind() == OriginKind.SRS) {
            clientAddress.ifPresent(address -> OriginNegotiation.writeRealIpPrefix(out, address));
        }
        negotiation.begin(out);
        ctx.writeAndFlush(out);
        Duration limit = context.settings().originAnswerTimeout();
        dial.awaitAnswer(
                limit,
                () -> dial.fail(
                        Failure.TIMEOUT, "no answer to the " + stageWord() + " within " + limit.toMillis() + " ms"));
    }

    private String stageWord() {
        return switch (negotiation.stage()) {
            case HANDSHAKE -> "handshake";
            case CONNECT -> "connect command";
            case CREATE_STREAM, ASKED -> "createStream command";
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (phase == Phase.DONE) {
            bytes.release();
            return;
        }
        received = SmallBuffers.joined(ctx.alloc(), received, bytes);
        if (phase == Phase.CONNECTING) {
            readHandshake();
        } else if (phase == Phase.TALKING) {
            negotiate(ctx.channel());
        }
    }

    private void readHandshake() {
        try {
            if (received != null && negotiation.isAnswered(received)) {
                phase = Phase.HELD;
                listener.answered(this);
            }
        } catch (RtmpFormatException e) {
            dial.fail(Failure.PROTOCOL, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void goOn(Resolution.Route decided) {
        if (phase != Phase.HELD) {
            throw new IllegalStateException("asked to go on while " + phase);
        }
        route = decided;
        phase = Phase.TALKING;
        negotiate(channel());
    }

    private void negotiate(Channel origin) {
        ByteBuf in = received;
        if (in == null) {
            return;
        }
        ByteBuf out = origin.alloc().buffer(4_096);
        try {
            Optional<OriginNegotiation.Outcome> outcome = negotiation.receive(in, out);
            if (out.isReadable()) {
                origin.writeAndFlush(out.retain());
            }
            outcome.ifPresent(this::report);
        } catch (RtmpFormatException e) {
            dial.fail(Failure.PROTOCOL, String.valueOf(e.getMessage()));
        } finally {
            out.release();
        }
    }

    private void report(OriginNegotiation.Outcome outcome) {
        if (phase == Phase.DONE) {
            return;
        }
        ByteBuf leftover = received;
        received = null;
        finish();
        switch (outcome) {
            case OriginNegotiation.Outcome.Asked asked -> {
                if (leftover == null) {
                    throw new IllegalStateException("an outcome without a byte received");
                }
                listener.asked(this, asked.messageStream(), leftover);
            }
            case OriginNegotiation.Outcome.Refused refused -> {
                if (leftover != null) {
                    leftover.release();
                }
                listener.refused(this, refused.info());
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dial.fail(Failure.RESET, "it closed the connection before it answered the " + stageWord());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            dial.fail(Failure.RESET, String.valueOf(cause.getMessage()));
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void finish() {
        phase = Phase.DONE;
        dial.end();
        if (received != null) {
            received.release();
            received = null;
        }
    }
}
