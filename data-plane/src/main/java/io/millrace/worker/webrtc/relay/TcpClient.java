package io.millrace.worker.webrtc.relay;

import io.millrace.worker.webrtc.codec.PacketKind;
import io.millrace.worker.webrtc.codec.StunMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of ICE over TCP (RFC 6544). It serves one session, which its first packet must name, and which must be accepted by
 * its origin within a deadline. Gets whole packets.
 */
final class TcpClient extends ChannelInboundHandlerAdapter {

    /** How long a connection may be there for nothing. */
    private static final Duration PROOF_LIMIT = Duration.ofSeconds(10);

    private final MediaRelay relay;
    private final RelayMetrics metrics;
    private final Runnable settled;
    private @Nullable TcpPath path;
    private @Nullable ScheduledFuture<?> deadline;

    /** @param settled called once, when the connection has a session or is closed */
    TcpClient(MediaRelay relay, Runnable settled) {
        this.relay = relay;
        this.metrics = relay.metrics();
        this.settled = settled;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(() -> settle(ctx), PROOF_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void settle(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline = null;
            settled.run();
            if (path == null || !path.isAccepted()) {
                ctx.close();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf packet = (ByteBuf) message;
        PacketKind kind = PacketKind.peek(packet);
        TcpPath own = path;
        if (own != null && own.session().hasEnded()) {
            refuse(ctx, packet, Drop.ENDED);
        } else if (kind == PacketKind.STUN) {
            stun(ctx, packet);
        } else if (kind == PacketKind.OTHER || own == null) {
            refuse(ctx, packet, Drop.NOT_WEBRTC);
        } else if (own.isAccepted()) {
            own.session().fromClient(own, kind, packet);
        } else {
            packet.release();
            metrics.dropped(Drop.UNKNOWN_ADDRESS);
        }
    }

    private void stun(ChannelHandlerContext ctx, ByteBuf packet) {
        Optional<StunMessage> peeked = StunMessage.peek(packet);
        if (peeked.isEmpty()) {
            refuse(ctx, packet, Drop.MALFORMED_STUN);
            return;
        }
        StunMessage message = peeked.get();
        TcpPath own = path;
        if (own == null) {
            first(ctx, message, packet);
        } else if (message.isCheck()
                ? message.checkedUfrag().equals(own.session().ufrag())
                : own.isAccepted()) {
            own.session().stunFromClient(own, message, packet);
        } else {
            refuse(ctx, packet, Drop.ADDRESS_IN_USE);
        }
    }

    private void first(ChannelHandlerContext ctx, StunMessage message, ByteBuf packet) {
        if (!message.isCheck()) {
            refuse(ctx, packet, Drop.UNKNOWN_ADDRESS);
            return;
        }
        // While the session is being looked up the connection stays: the client asks again.
        relay.sessionFor(
                        message.checkedUfrag(),
                        RelayMetrics.Transport.TCP,
                        relay.loop(ctx.channel().eventLoop()),
                        packet)
                .ifPresent(session -> {
                    TcpPath opened = new TcpPath(session, ctx.channel(), metrics);
                    path = opened;
                    session.stunFromClient(opened, message, packet);
                });
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf packet, Drop cause) {
        packet.release();
        metrics.dropped(cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
            settled.run();
        }
        if (path != null) {
            path.session().lost(path);
        }
    }

    /** A length beyond the bound, a reset: nothing to say to such a peer. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
