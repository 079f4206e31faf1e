package io.millrace.worker.srt.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.srt.codec.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Strangers who want to cost us something. */
class SrtHostileTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int ADDRESSES = 20_000;

    private SrtWorker worker;
    private FakeOrigin origin;
    private TestCaller friend;

    @BeforeEach
    void open() throws IOException {
        worker = new SrtWorker();
        origin = new FakeOrigin(7);
        worker.lead("cam", origin.port());
        friend = new TestCaller(worker.address());
    }

    @AfterEach
    void close() {
        friend.close();
        origin.close();
        worker.close();
    }

    private void friendIsServed() throws IOException {
        assertThat(friend.call(1, 1, "live/cam").type()).isEqualTo(Handshake.CONCLUSION);
        assertThat(worker.sessions.size()).isEqualTo(1);
    }

    @Test
    void handshakesOfTwentyThousandAddressesLeaveNothingBehind() throws IOException {
        int stolen = friend.induce(1, 1);
        for (int i = 0; i < ADDRESSES; i++) {
            InetAddress from = InetAddress.getByAddress(new byte[] {127, 1, (byte) (i >> 8), (byte) i});
            try (TestCaller stranger = new TestCaller(worker.address(), from)) {
                // A conclusion first: who never received a cookie may guess one, or show another caller's.
                stranger.send(TestCaller.conclusion(5, 1, i % 2 == 0 ? stolen : i, "live/cam"));
                stranger.induce(5, 1);
            }
        }
        await().atMost(SOON).until(() -> worker.drops.counted(SrtDrops.Why.COOKIE) == ADDRESSES);
        assertThat(worker.sessions.size()).isZero();
        assertThat(worker.known()).isZero();
        assertThat(origin.conclusions).isEmpty();
        friendIsServed();
    }

    @Test
    void garbageGetsNoAnswer() throws IOException {
        Random random = new Random(7);
        try (TestCaller stranger = new TestCaller(worker.address())) {
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(1_500)];
                random.nextBytes(bytes);
                if (bytes.length > 4 && i % 2 == 0) {
                    bytes[0] = (byte) 0x80;
                    bytes[1] = 0;
                    bytes[2] = 0;
                }
                stranger.send(bytes);
            }
            stranger.hearsNothingFor(300);
        }
        assertThat(worker.drops.counted(SrtDrops.Why.MALFORMED)).isPositive();
        assertThat(worker.drops.counted(SrtDrops.Why.UNKNOWN)).isPositive();
        assertThat(worker.known()).isZero();
        friendIsServed();
    }

    @Test
    void anotherAddressCannotSpeakInASession() throws IOException {
        friendIsServed();
        try (TestCaller stranger = new TestCaller(worker.address())) {
            stranger.send(TestCaller.shutdown(7));
            stranger.send(TestCaller.data(7, 1));
            stranger.hearsNothingFor(300);
        }
        assertThat(worker.sessions.size()).isEqualTo(1);
        assertThat(origin.packets).isEmpty();
    }

    @Test
    void noMoreThanABoundedNumberOfCallersWaitForAnOrigin() throws IOException {
        worker.searching.set(LoopPort.MAX_SEARCHING);
        assertThat(friend.call(1, 1, "live/cam").type()).isEqualTo(2_402);
        worker.searching.set(0);
        assertThat(friend.call(2, 1, "live/cam").type()).isEqualTo(Handshake.CONCLUSION);
    }
}
