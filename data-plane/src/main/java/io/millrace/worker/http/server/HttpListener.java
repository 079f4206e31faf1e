package io.millrace.worker.http.server;

import io.millrace.worker.net.EventLoops;
import io.millrace.worker.net.ProxyHeader;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Accepts connections for HTTP. */
public final class HttpListener implements AutoCloseable {

    private final Channel server;

    private HttpListener(Channel server) {
        this.server = server;
    }

    /**
     * Begins to listen; fails when the address is taken or not ours.
     *
     * @param proxyProtocol whether every connection opens with that header
     * @param stages fills the pipeline of a new connection, behind that header: {@link HttpConnections#http1}, or TLS before it
     */
    public static HttpListener open(
            EventLoops loops,
            ListenerAddress address,
            OpenConnections connections,
            boolean proxyProtocol,
            Consumer<ChannelPipeline> stages)
            throws IOException {
        ChannelFuture binding = loops.server()
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (!connections.admit(channel)) {
                            return;
                        }
                        if (proxyProtocol) {
                            ProxyHeader.expect(channel.pipeline());
                        }
                        stages.accept(channel.pipeline());
                    }
                })
                .bind(address.toSocketAddress())
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause().getMessage(), binding.cause());
        }
        return new HttpListener(binding.channel());
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
