package io.millrace.worker.net.tls;

import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Says inside TLS what it hears there. */
final class EchoServer implements AutoCloseable {

    private final EventLoops loops = new EventLoops(1);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> escaped = new ConcurrentLinkedQueue<>();
    private final Channel server;

    EchoServer(TlsCertificates certificates) {
        server = loops.server()
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        certificates.secure(channel.pipeline(), TlsPurpose.RTMP, new TlsOutcome() {
                            @Override
                            public void secured(ChannelPipeline pipeline, String protocol) {}

                            @Override
                            public void failed(ClientAddress client, boolean late, String detail) {
                                failures.add((late ? "late " : "") + detail);
                            }
                        });
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            escaped.add(cause);
            ctx.close();
        }
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    Queue<String> failures() {
        return failures;
    }

    Queue<Throwable> escaped() {
        return escaped;
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        Loops.close(loops);
    }
}
