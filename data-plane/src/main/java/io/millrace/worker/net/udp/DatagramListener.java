package io.millrace.worker.net.udp;

import io.millrace.worker.net.loop.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;

/**
 * Receives datagrams at one address on every event loop. The kernel brings what comes from one client address always to the same
 * loop; any of the sockets may answer, since all of them have the same address. Where the system does not share an address among
 * sockets, one loop receives everything.
 */
public final class DatagramListener implements AutoCloseable {

    private final List<Channel> sockets;
    private final IdentityHashMap<EventLoop, Channel> byLoop = new IdentityHashMap<>();

    private DatagramListener(List<Channel> sockets) {
        this.sockets = List.copyOf(sockets);
        sockets.forEach(socket -> byLoop.put(socket.eventLoop(), socket));
    }

    /**
     * Begins to listen; fails when the address is taken or not ours.
     *
     * @param handlers a new handler for each loop's socket; it gets {@link io.netty.channel.socket.DatagramPacket}s and owns them
     */
    public static DatagramListener open(EventLoops loops, InetSocketAddress address, Supplier<ChannelHandler> handlers)
            throws IOException {
        refuseIfTaken(address);
        List<Channel> bound = new ArrayList<>();
        InetSocketAddress wanted = address;
        for (EventLoop loop : loops.datagramLoops()) {
            Bootstrap socket = loops.datagrams(loop).handler(handlers.get());
            if (loops.isNative()) {
                socket.option(UnixChannelOption.SO_REUSEPORT, true);
            }
            ChannelFuture binding = socket.bind(wanted).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                bound.forEach(Channel::close);
                throw new IOException(binding.cause().getMessage(), binding.cause());
            }
            bound.add(binding.channel());
            // With port 0 the first one finds the port, and the others share it.
            wanted = (InetSocketAddress) binding.channel().localAddress();
        }
        return new DatagramListener(bound);
    }

    /** Sockets that share an address would share it with those of another worker too, and each would get a part of the datagrams. */
    private static void refuseIfTaken(InetSocketAddress address) throws IOException {
        try (DatagramChannel alone = DatagramChannel.open()) {
            alone.bind(address);
        } catch (UnresolvedAddressException e) {
            throw new IOException("unknown host " + address.getHostString(), e);
        }
    }

    public InetSocketAddress boundTo() {
        return (InetSocketAddress) sockets.getFirst().localAddress();
    }

    /** The socket of that loop; where there is only one socket, that one. */
    public Channel socketOn(EventLoop loop) {
        return byLoop.getOrDefault(loop, sockets.getFirst());
    }

    /** Stops receiving and sending. */
    @Override
    public void close() {
        sockets.forEach(socket -> socket.close().syncUninterruptibly());
    }
}
