package io.millrace.control.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpServer;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerClocksTest {

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, Peer> entries = new MemoryKeyedStore<>(clock);
    private final PeerClient client = new PeerClient(
            new ObjectMapper().registerModule(new JavaTimeModule()),
            () -> "Bearer t",
            Duration.ofSeconds(2),
            new ByteBudget(100_000_000));
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final Peer self = new Peer("cp-one", "a", "", "1", Instant.EPOCH);
    private final Peers peers = new Peers(entries, () -> self);
    private final PeerClocks clocks = new PeerClocks(peers, client, InstantSource.system(), System::nanoTime);
    private HttpServer server;
    private Peer other;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/internal/v1/peers/clock", exchange -> {
            byte[] body = ("{\"now\":\"" + InstantSource.system().instant().plus(ahead.get()) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        other = new Peer(
                "cp-two", "b", "http://127.0.0.1:" + server.getAddress().getPort(), "1", Instant.EPOCH);
        new Peers(entries, () -> other).announce();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void measuresHowFarTheClockOfAnotherIsAheadOrBehind() {
        assertThat(clocks.of(other)).isEmpty();
        for (long seconds : new long[] {0, 60, -60}) {
            ahead.set(Duration.ofSeconds(seconds));
            clocks.measure();
            PeerClocks.Difference found = clocks.of(other).orElseThrow();
            assertThat(found.ahead().toMillis())
                    .isCloseTo(seconds * 1_000, within(found.uncertainty().toMillis() + 50));
            assertThat(found.isWorthALine()).isEqualTo(seconds != 0);
            assertThat(clocks.largestSeconds())
                    .isCloseTo(
                            (double) Math.abs(seconds),
                            within(found.uncertainty().toMillis() / 1000.0 + 0.05));
        }
    }

    @Test
    void forgetsWhoHasGone() {
        clocks.measure();
        assertThat(clocks.of(other)).isPresent();
        new Peers(entries, () -> other).leave();
        clocks.measure();
        assertThat(clocks.of(other)).isEmpty();
        assertThat(clocks.largestSeconds()).isZero();
    }
}
