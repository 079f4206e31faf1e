package io.millrace.worker.net.loop;

import io.millrace.model.address.AddressShares;
import io.millrace.worker.net.memory.LoopPending;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.net.memory.PendingWatch;
import io.millrace.worker.net.memory.ReadBuffers;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollMode;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One event loop per core, filled one after the other: native epoll on Linux, NIO elsewhere. A session, its client connection and its origin connection
 * live on one of them.
 */
public final class EventLoops implements AutoCloseable {

    /** Enough for a key frame at once, and a bound on what one slow reader can make us hold. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    /** The most that a busy loop waits for more to come; see {@link GatheringSelect}. */
    private static final Duration GATHER = Duration.ofNanos(500_000);

    private static final int ACCEPT_BACKLOG = 4_096;

    /** Above every path's MTU that real-time media is made for. */
    private static final int MAX_DATAGRAM = 2_048;

    private static final int DATAGRAM_BATCH = 16;

    /** A key frame of several streams at once; the system may allow less. */
    private static final int DATAGRAM_SOCKET_BUFFER = 1 << 20;

    private final EventLoopGroup group;
    private final boolean nativeTransport;
    private final DnsAddressResolverGroup names;
    private final ReadBuffers readBuffers = new ReadBuffers();
    private final IdentityHashMap<EventExecutor, LoopTicker> tickers = new IdentityHashMap<>();
    private final IdentityHashMap<EventExecutor, LoopPending> pending = new IdentityHashMap<>();
    private final PendingBudget budget;
    private final AddressShares connections;
    private volatile Predicate<InetAddress> banned = address -> false;

    /** With the usual budget, and connections without a bound. */
    public EventLoops(int count) {
        this(count, new PendingBudget(PendingBudget.usual()));
    }

    /** With connections without a bound. */
    public EventLoops(int count, PendingBudget budget) {
        this(count, budget, new AddressShares(Integer.MAX_VALUE, AddressShares.ALL));
    }

    /**
     * @param count 0 for one per core
     * @param budget what their connections together may hold for peers that do not read
     * @param connections what all listeners together may accept
     */
    public EventLoops(int count, PendingBudget budget, AddressShares connections) {
        this.budget = budget;
        this.connections = connections;
        int threads = count > 0 ? count : Runtime.getRuntime().availableProcessors();
        nativeTransport = Epoll.isAvailable();
        DefaultThreadFactory factory = new DefaultThreadFactory("media-loop");
        LoopFilling filling = new LoopFilling();
        Executor executor = new ThreadPerTaskExecutor(factory);
        group = nativeTransport
                ? new EpollEventLoopGroup(threads, executor, filling, () -> new GatheringSelect(GATHER))
                : new NioEventLoopGroup(
                        threads, executor, filling, SelectorProvider.provider(), DefaultSelectStrategyFactory.INSTANCE);
        // The JDK's resolver would block the loop that asks.
        names = new DnsAddressResolverGroup(
                datagramType(nativeTransport), DnsServerAddressStreamProviders.platformDefault());
        Iterator<LoopLoad> loads = filling.loads().iterator();
        group.forEach(loop -> {
            tickers.put(loop, new LoopTicker(loop, loads.next()));
            pending.put(loop, budget.join(loop, threads));
        });
    }

    /** Connections from these addresses are closed before anything is read from them. */
    public void ban(Predicate<InetAddress> addresses) {
        banned = addresses;
    }

    public boolean isBanned(InetAddress address) {
        return banned.test(address);
    }

    /** Accepts TCP connections; the initializer runs on the loop of each new connection. */
    public ServerBootstrap server() {
        Class<? extends ServerSocketChannel> type =
                nativeTransport ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        return new ServerBootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, readBuffers)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /** Connects out from the loop of a client's connection. */
    public Bootstrap client(EventLoop loop, Duration connectTimeout) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(() -> watched(
                        nativeTransport ? new EpollSocketChannel() : new NioSocketChannel(),
                        loop,
                        PendingWatch.Kind.DIALLED))
                .resolver(names)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RCVBUF_ALLOCATOR, readBuffers)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /** The loop on which something new should live that may live on any: see {@link LoopFilling}. */
    public EventLoop fill() {
        return group.next();
    }

    /** The loops on which sockets may share one address for datagrams; one loop where the system has no such thing. */
    public List<EventLoop> datagramLoops() {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(loop -> loops.add((EventLoop) loop));
        return nativeTransport ? List.copyOf(loops) : List.of(loops.getFirst());
    }

    /**
     * A socket for datagrams on one loop, to be bound or connected: reads and writes up to {@value #DATAGRAM_BATCH} datagrams with one
     * call into the kernel. A handler that writes without flushing and flushes at the end of a batch makes use of it.
     */
    public Bootstrap datagrams(EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> watched(
                        nativeTransport ? new EpollDatagramChannel() : new NioDatagramChannel(),
                        loop,
                        PendingWatch.Kind.DATAGRAMS))
                .resolver(names)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.SO_RCVBUF, DATAGRAM_SOCKET_BUFFER)
                .option(ChannelOption.SO_SNDBUF, DATAGRAM_SOCKET_BUFFER);
        if (nativeTransport) {
            return bootstrap
                    .option(EpollChannelOption.EPOLL_MODE, EpollMode.LEVEL_TRIGGERED)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
                    .option(ChannelOption.RCVBUF_ALLOCATOR, new DatagramReads(MAX_DATAGRAM, DATAGRAM_BATCH));
        }
        return bootstrap.option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    }

    private <C extends Channel> C watched(C channel, EventExecutor loop, PendingWatch.Kind kind) {
        LoopPending account = pending.get(loop);
        if (account == null) {
            throw new IllegalArgumentException("that is not one of these loops");
        }
        channel.pipeline().addLast(new PendingWatch(account, kind));
        return channel;
    }

    /** Before anything else is added to its pipeline. */
    public void watchAccepted(SocketChannel channel) {
        watched(channel, channel.eventLoop(), PendingWatch.Kind.ACCEPTED);
    }

    private static Class<? extends DatagramChannel> datagramType(boolean nativeTransport) {
        return nativeTransport ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /** The ticker of a channel's loop; use it on that loop only. */
    public LoopTicker ticker(Channel channel) {
        return ticker(channel.eventLoop());
    }

    /** Likewise of a loop. */
    public LoopTicker ticker(EventLoop loop) {
        LoopTicker ticker = tickers.get(loop);
        if (ticker == null) {
            throw new IllegalArgumentException("that is not one of these loops");
        }
        return ticker;
    }

    /** Every loop's ticker, for metrics. */
    public void eachTicker(Consumer<LoopTicker> consumer) {
        tickers.values().forEach(consumer);
    }

    /** How many of the buffers that connections read into are in use; 0 when none is open. Any thread. */
    public int readBuffersOutstanding() {
        return readBuffers.outstanding();
    }

    /** What all connections of these loops hold for peers that do not read. */
    public PendingBudget budget() {
        return budget;
    }

    /** The connections that all listeners of these loops accepted. */
    public AddressShares connections() {
        return connections;
    }

    public boolean isNative() {
        return nativeTransport;
    }

    @Override
    public void close() {
        names.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
