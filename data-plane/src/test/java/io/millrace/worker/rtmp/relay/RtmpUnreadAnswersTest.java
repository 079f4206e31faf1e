package io.millrace.worker.rtmp.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.UnreadingClient;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that pings and pings before it asks for a stream, and reads nothing, is not read either. */
class RtmpUnreadAnswersTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int HELLO = 1_536;

    private EventLoops loops;
    private ConnectionListener listener;

    @BeforeEach
    void listen() throws IOException {
        loops = new EventLoops(1);
        listener = RtmpListener.open(new RtmpContext(
                new RtmpSettings(
                        ListenerAddress.parse("0", "127.0.0.1"),
                        LIMIT,
                        LIMIT,
                        LIMIT,
                        LIMIT,
                        LIMIT,
                        false,
                        false,
                        LIMIT,
                        LIMIT,
                        LIMIT),
                loops,
                Fixtures.sessionTable(Clock.systemUTC(), 10),
                new TestRouter(),
                TelemetryFixtures.originMetrics(),
                Clock.systemUTC(),
                new Random(1)));
    }

    @AfterEach
    void close() {
        listener.close();
        Loops.close(loops);
    }

    @Test
    void readsNoMorePingsThanPongsAreTaken() throws IOException {
        try (UnreadingClient client = new UnreadingClient(listener.boundTo().getPort())) {
            byte[] hello = new byte[1 + HELLO + HELLO];
            hello[0] = 3;
            client.send(hello);
            DataInputStream answers = new DataInputStream(client.answers());
            answers.skipNBytes(hello.length);

            UnreadingClient.Flood flood = client.flood(RtmpUnreadAnswersTest::ping, loops.budget());

            client.complete(flood);
            byte[] pong = new byte[18];
            for (int number = 0; number < flood.requests(); number++) {
                answers.readFully(pong);
                assertThat(ByteBuffer.wrap(pong).getShort(12)).isEqualTo((short) 7);
                assertThat(ByteBuffer.wrap(pong).getInt(14)).isEqualTo(number);
            }
        }
    }

    /** A user control message with event 6 in a chunk of its own. */
    private static byte[] ping(int number) {
        return ByteBuffer.allocate(18)
                .put(new byte[] {2, 0, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0})
                .putShort((short) 6)
                .putInt(number)
                .array();
    }
}
