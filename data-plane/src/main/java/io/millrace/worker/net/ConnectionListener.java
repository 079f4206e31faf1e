package io.millrace.worker.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Accepts TCP connections at one address. */
public final class ConnectionListener implements AutoCloseable {

    private final Channel server;

    private ConnectionListener(Channel server) {
        this.server = server;
    }

    /**
     * Begins to listen; fails when the address is taken or not ours.
     *
     * @param server of those loops, with options of the caller's own
     * @param accepted fills the pipeline of a new connection, or closes it; on that connection's loop
     */
    public static ConnectionListener open(
            EventLoops loops, ServerBootstrap server, InetSocketAddress address, Consumer<SocketChannel> accepted)
            throws IOException {
        ChannelFuture binding = server.childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        loops.watchAccepted(channel);
                        accepted.accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
        return new ConnectionListener(binding.channel());
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
