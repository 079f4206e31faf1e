package io.millrace.worker.net.accept;

import io.millrace.worker.net.loop.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;

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
     * @param entrance whom it lets in
     * @param accepted fills the pipeline of a new connection that has a place, or closes it; on that connection's loop
     */
    public static ConnectionListener open(
            EventLoops loops,
            ServerBootstrap server,
            InetSocketAddress address,
            Entrance entrance,
            BiConsumer<SocketChannel, ConnectionPlaces.Place> accepted)
            throws IOException {
        ChannelFuture binding = server.childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        loops.watchAccepted(channel);
                        entrance.places()
                                .take(channel, entrance.proxyProtocol())
                                .ifPresent(place -> {
                                    if (entrance.proxyProtocol()) {
                                        ProxyHeader.expect(channel.pipeline(), place);
                                    }
                                    accepted.accept(channel, place);
                                });
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
        return new ConnectionListener(binding.channel());
    }

    /**
     * Whom a listener lets in.
     *
     * @param proxyProtocol whether every connection opens with that header
     */
    public record Entrance(ConnectionPlaces places, boolean proxyProtocol) {}

    public InetSocketAddress boundTo() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Stops accepting; what is open stays open. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
    }
}
