package io.millrace.worker.rtsp.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One socket for RTP or RTCP towards one side, and where what it receives goes. It takes datagrams of its side's host only. The port
 * is the one that the side announced; behind an address translation it is the one that the first datagram came from.
 */
final class MediaSocket extends ChannelInboundHandlerAdapter {

    private final InetAddress host;
    private final LongConsumer received;
    private final DatagramMetrics metrics;
    private @Nullable Channel channel;
    private @Nullable MediaSocket otherSide;
    private @Nullable InetSocketAddress remote;
    private int announcedPort;
    private int learnedPort;

    /** @param received gets the number of bytes that came */
    MediaSocket(InetAddress host, LongConsumer received, DatagramMetrics metrics) {
        this.host = host;
        this.received = received;
        this.metrics = metrics;
    }

    /** What it receives goes to that one from now on, and likewise back. */
    void join(MediaSocket other) {
        otherSide = other;
        other.otherSide = this;
    }

    /** The side said that it sends from and receives at this port. */
    void announced(int port) {
        announcedPort = port;
        remote = new InetSocketAddress(host, port);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        if (!isFromSide(packet.sender())) {
            packet.release();
            metrics.droppedForeign();
            return;
        }
        received.accept(packet.content().readableBytes());
        if (otherSide == null) {
            packet.release();
            metrics.droppedEarly();
        } else {
            otherSide.send(packet.content());
        }
    }

    /** The announced port always counts; another one only if it was the first to come. */
    private boolean isFromSide(InetSocketAddress sender) {
        if (!host.equals(sender.getAddress())) {
            return false;
        }
        int port = sender.getPort();
        if (port == learnedPort) {
            return true;
        }
        if (learnedPort == 0 || port == announcedPort) {
            learnedPort = port;
            remote = sender;
            return true;
        }
        return false;
    }

    private void send(ByteBuf payload) {
        if (remote == null || channel == null) {
            payload.release();
            metrics.droppedEarly();
        } else if (!channel.isWritable()) {
            payload.release();
            metrics.droppedUnsent();
        } else {
            channel.write(new DatagramPacket(payload, remote));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (otherSide != null && otherSide.channel != null) {
            otherSide.channel.flush();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The host says that the port is closed: the session's own limits decide how long that may be so.
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
        }
    }
}
