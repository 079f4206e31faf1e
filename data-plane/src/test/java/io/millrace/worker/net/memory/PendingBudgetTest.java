package io.millrace.worker.net.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.accept.ConnectionPlaces;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A source that writes to every viewer as fast as its water mark allows, over real sockets. */
class PendingBudgetTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LIMIT = 2 << 20;
    private static final int PIECE = 8 * 1024;
    private static final int STALLED = 200;

    private final PendingBudget budget = new PendingBudget(LIMIT);
    private final List<Viewer> ended = new CopyOnWriteArrayList<>();
    private final List<Viewer> served = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new ArrayList<>();
    private final AtomicLong most = new AtomicLong();
    private EventLoops loops;
    private ConnectionListener listener;

    @BeforeEach
    void listen() throws IOException {
        loops = new EventLoops(2, budget);
        listener = ConnectionListener.open(
                loops,
                loops.server().childOption(ChannelOption.SO_SNDBUF, 32 * 1024),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ConnectionListener.Entrance(
                        new ConnectionPlaces(10_000, loops, (client, refusal) -> {
                            throw new AssertionError(client + " " + refusal);
                        }),
                        false),
                (channel, place) -> channel.pipeline().addLast(new Viewer()));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        listener.close();
        Loops.close(loops);
    }

    /** Gets a piece each few milliseconds while it takes them; a client that pauses gets what its water mark allows. */
    private final class Viewer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            served.add(this);
            EventLoop loop = ctx.channel().eventLoop();
            ScheduledFuture<?> writing =
                    loop.scheduleAtFixedRate(() -> write(ctx.channel()), 1, 5, TimeUnit.MILLISECONDS);
            ctx.channel().closeFuture().addListener(closed -> writing.cancel(false));
        }

        private void write(Channel channel) {
            if (channel.isWritable()) {
                channel.writeAndFlush(Unpooled.directBuffer(PIECE).writeZero(PIECE));
            }
            most.accumulateAndGet(budget.pending(), Math::max);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof OverBudgetException) {
                ended.add(this);
            }
        }
    }

    private Socket view() throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(16 * 1024);
        client.connect(listener.boundTo());
        clients.add(client);
        return client;
    }

    private static final class Reader implements AutoCloseable {

        private final AtomicLong read = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();
        private final Socket client;

        Reader(Socket client) {
            this.client = client;
            Thread.ofPlatform().start(() -> {
                byte[] buffer = new byte[256 * 1024];
                try (InputStream in = client.getInputStream()) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        read.addAndGet(n);
                    }
                } catch (IOException e) {
                    // Closed by the test, or by the server: either is an end.
                }
                over.set(true);
            });
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    @Test
    void closesThoseThatReadNothingAndNobodyElseAndHoldsNoMoreThanItMay() throws Exception {
        List<Reader> healthy = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            healthy.add(new Reader(view()));
        }
        await().atMost(SOON).until(() -> served.size() == 3);
        List<Viewer> served3 = List.copyOf(served);
        // Each may hold 512 KiB while there is room, and three pieces when there is none: together more than twice the
        // limit.
        for (int i = 0; i < STALLED; i++) {
            view();
        }
        await().atMost(SOON).until(() -> ended.size() >= STALLED / 8);
        long before =
                healthy.stream().mapToLong(reader -> reader.read.get()).min().orElseThrow();

        await().atMost(SOON).until(() -> healthy.stream().allMatch(reader -> reader.read.get() > before + 20 * PIECE));
        assertThat(healthy).noneMatch(reader -> reader.over.get());
        assertThat(ended).doesNotContainAnyElementsOf(served3);
        assertThat(budget.shed()).isEqualTo(ended.size()).isLessThan(STALLED);
        assertThat(most.get()).as("bytes held at most").isGreaterThan(LIMIT / 2).isLessThan(2 * LIMIT);
        for (Reader reader : healthy) {
            reader.close();
        }
    }

    @Test
    void closesTheOnesThatStalledFirst() throws Exception {
        for (int i = 0; i < 12; i++) {
            view();
        }
        await().atMost(SOON).until(() -> budget.pending() > LIMIT / 2);
        List<Viewer> first = List.copyOf(served);
        for (int i = 0; i < 60 && ended.size() < 2; i++) {
            view();
            int seen = served.size();
            await().atMost(SOON).until(() -> served.size() >= seen);
        }
        await().atMost(SOON).until(() -> ended.size() >= 2);
        assertThat(ended.subList(0, 2)).isSubsetOf(first);
    }

    @Test
    void closesTheOneThatStalledLongestWhicheverLoopItIsOn() throws Exception {
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReceiveBufferSize(16 * 1024);
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Viewer older = new Viewer();
            EventLoop otherLoop = loops.datagramLoops().getLast();
            loops.client(otherLoop, SOON)
                    .option(ChannelOption.SO_SNDBUF, 32 * 1024)
                    .handler(older)
                    .connect(deaf.getLocalSocketAddress())
                    .sync();
            await().atMost(SOON).until(() -> budget.pending() > LIMIT / 8);
            long stalled = System.nanoTime();
            await().atMost(SOON).until(() -> System.nanoTime() - stalled > TimeUnit.SECONDS.toNanos(2));

            for (int i = 0; i < STALLED; i++) {
                view();
            }

            await().atMost(SOON).until(() -> !ended.isEmpty());
            assertThat(ended.getFirst()).isSameAs(older);
        }
    }

    @Test
    void holdsNothingOnceEverybodyIsGone() throws Exception {
        for (int i = 0; i < 10; i++) {
            view();
        }
        await().atMost(SOON).until(() -> budget.pending() > LIMIT / 4);
        for (Socket client : clients) {
            client.setSoLinger(true, 0);
            client.close();
        }
        await().atMost(SOON).until(() -> budget.pending() == 0);
        assertThat(budget.shed()).isZero();
        await().atMost(SOON).until(() -> loops.readBuffersOutstanding() == 0);
    }

    @Test
    void waterMarksShrinkAsTheBudgetFills() {
        WriteBufferWaterMark usual = new WriteBufferWaterMark(128 * 1024, 512 * 1024);
        assertThat(Fill.of(LIMIT / 2 - 1, LIMIT).shrink(usual)).isSameAs(usual);
        assertThat(Fill.of(LIMIT / 2, LIMIT).shrink(usual).high()).isEqualTo(256 * 1024);
        assertThat(Fill.of(LIMIT / 4 * 3, LIMIT).shrink(usual).high()).isEqualTo(64 * 1024);
        assertThat(Fill.of(LIMIT, LIMIT).shrink(usual).high()).isEqualTo(16 * 1024);
        assertThat(Fill.of(LIMIT, LIMIT).shrink(usual).low()).isEqualTo(4 * 1024);
    }
}
