package io.millrace.worker.net.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Endpoint;
import io.millrace.model.Protocol;
import io.millrace.model.Transport;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.telemetry.TelemetryFixtures;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DialTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final EventLoops loops = new EventLoops(1);
    private final EventLoop loop = loops.fill();
    private final List<OriginObservation> failed = new CopyOnWriteArrayList<>();
    private final Dial dial = new Dial(
            Protocol.RTMP,
            Fixtures.origin("o1"),
            TelemetryFixtures.originMetrics(),
            InstantSource.system(),
            failed::add);

    @AfterEach
    void close() {
        Loops.close(loops);
    }

    private void connect(int port) {
        Endpoint endpoint = new Endpoint(Transport.TCP, "127.0.0.1", port);
        onLoop(() ->
                dial.connect(loops.client(loop, LIMIT).handler(new ChannelInboundHandlerAdapter()), loop, endpoint));
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void reportsOneFailureWhenNothingListens() throws IOException {
        int port;
        try (ServerSocket closed = server()) {
            port = closed.getLocalPort();
        }
        connect(port);
        await().atMost(LIMIT).until(() -> !failed.isEmpty());
        onLoop(() -> dial.fail(Failure.RESET, "later"));
        assertThat(failed).extracting(OriginObservation::failure).containsExactly(Failure.REFUSED);
        assertThat(dial.channel().isOpen()).isFalse();
        assertThat(dial.isOver()).isTrue();
    }

    @Test
    void failsWhenNoAnswerComesInTime() throws IOException {
        try (ServerSocket silent = server()) {
            connect(silent.getLocalPort());
            onLoop(() -> {
                dial.awaitAnswer(LIMIT, () -> dial.fail(Failure.PROTOCOL, "the first limit was replaced"));
                dial.awaitAnswer(Duration.ofMillis(1), () -> dial.fail(Failure.TIMEOUT, "no answer"));
            });
            await().atMost(LIMIT).until(() -> !failed.isEmpty());
            assertThat(failed).extracting(OriginObservation::failure).containsExactly(Failure.TIMEOUT);
            await().atMost(LIMIT).until(() -> !dial.channel().isOpen());
        }
    }

    @Test
    void reportsNothingOnceItHasEnded() throws IOException {
        AtomicBoolean missed = new AtomicBoolean();
        try (ServerSocket silent = server()) {
            connect(silent.getLocalPort());
            onLoop(() -> {
                dial.awaitAnswer(Duration.ZERO, () -> missed.set(true));
                dial.end();
                dial.fail(Failure.RESET, "later");
                dial.awaitAnswer(Duration.ZERO, () -> missed.set(true));
            });
            onLoop(() -> assertThat(missed).isFalse());
            assertThat(failed).isEmpty();
            assertThat(dial.channel().isOpen())
                    .as("the connection is handed over")
                    .isTrue();
            onLoop(dial::cancel);
            await().atMost(LIMIT).until(() -> !dial.channel().isOpen());
            assertThat(failed).isEmpty();
        }
    }
}
