package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts RTMP connections. */
public final class RtmpListener implements AutoCloseable {

    /** Connections that have named no stream yet; a crowd beyond this is turned away at the door. */
    private static final int MAX_OPENING = 10_000;

    private final Channel server;

    private RtmpListener(Channel server) {
        this.server = server;
    }

    /** Begins to listen; fails when the address is taken or not ours. */
    public static RtmpListener open(RtmpContext context) throws IOException {
        AtomicInteger openings = new AtomicInteger();
        ChannelFuture binding = context.loops()
                .server()
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (openings.incrementAndGet() > MAX_OPENING) {
                            openings.decrementAndGet();
                            context.sessions()
                                    .rejected(
                                            Protocol.RTMP,
                                            CloseReason.TOO_MANY_SESSIONS,
                                            String.valueOf(channel.remoteAddress()),
                                            MAX_OPENING + " connections have named no stream yet");
                            channel.close();
                            return;
                        }
                        if (context.settings().proxyProtocol()) {
                            channel.pipeline().addLast(new HAProxyMessageDecoder());
                        }
                        channel.pipeline().addLast(new RtmpSession(context, openings::decrementAndGet));
                    }
                })
                .bind(context.settings().listen().toSocketAddress())
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
        return new RtmpListener(binding.channel());
    }

    public InetSocketAddress boundTo() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Stops accepting; what is open stays open. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
    }
}
