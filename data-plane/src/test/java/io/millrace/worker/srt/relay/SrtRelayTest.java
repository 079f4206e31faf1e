package io.millrace.worker.srt.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Intent;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.srt.codec.ExtensionBlock;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrtRelayTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int CALLER = 0x1001;
    private static final int ORIGIN = 0x2002;
    private static final String PUBLISH_CAM = "#!::r=live/cam,m=publish";

    private SrtWorker worker;
    private FakeOrigin origin;
    private TestCaller caller;

    @BeforeEach
    void open() throws IOException {
        worker = new SrtWorker();
        origin = new FakeOrigin(ORIGIN);
        worker.lead("cam", origin.port());
        caller = new TestCaller(worker.address());
    }

    @AfterEach
    void close() {
        caller.close();
        origin.close();
        worker.close();
    }

    private static byte[] nextPacket(FakeOrigin of) throws InterruptedException {
        byte[] packet = of.packets.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(packet).as("a packet came").isNotNull();
        return packet;
    }

    private void callCam() throws IOException {
        assertThat(caller.call(CALLER, 1, PUBLISH_CAM).type()).isEqualTo(Handshake.CONCLUSION);
    }

    private void awaitNoSession() {
        await().atMost(SOON).until(() -> worker.sessions.size() == 0);
    }

    @Test
    void bringsCallerAndOriginTogetherAndIsNotInBetween() throws Exception {
        int cookie = caller.induce(CALLER, 1);
        byte[] conclusion = TestCaller.conclusion(CALLER, 1, cookie, PUBLISH_CAM);
        caller.send(conclusion);

        Handshake answer = caller.receiveHandshake();
        assertThat(answer.socketId()).as("the origin's own id").isEqualTo(ORIGIN);
        assertThat(answer.cookie()).isEqualTo(cookie);
        assertThat(answer.peer()).isEqualTo(caller.address().getAddress());
        assertThat(answer.extensions())
                .containsExactly(new ExtensionBlock(ExtensionBlock.HSRSP, List.of(0x10501, 0xbf, 0x780078)));

        ByteBuf received = Unpooled.wrappedBuffer(origin.conclusions.getFirst());
        Handshake.putCookie(received, cookie);
        SrtPacket.putTimestamp(received, 2_000);
        assertThat(origin.conclusions.getFirst())
                .as("the caller's own words beside the cookie and the time")
                .isEqualTo(conclusion);
        assertThat(worker.router.intents).containsExactly(Intent.PUBLISH);

        for (int i = 0; i < 50; i++) {
            byte[] up = TestCaller.data(ORIGIN, i);
            caller.send(up);
            assertThat(nextPacket(origin)).isEqualTo(up);
            byte[] down = TestCaller.data(CALLER, i);
            origin.send(down, origin.callers.getFirst());
            assertThat(caller.receive()).isEqualTo(down);
        }
        assertThat(worker.sessions.sessions()).singleElement().satisfies(session -> {
            assertThat(session.bytesIn()).isEqualTo(50 * 1_332);
            assertThat(session.bytesOut()).isEqualTo(50 * 1_332);
            assertThat(session.relaying()).isPresent();
        });

        byte[] last = TestCaller.shutdown(ORIGIN);
        caller.send(last);
        assertThat(nextPacket(origin)).isEqualTo(last);
        awaitNoSession();
        caller.send(last);
        caller.hearsNothingFor(1_500);
        assertThat(origin.packets).isEmpty();
        assertThat(worker.drops.counted(SrtDrops.Why.UNKNOWN)).isZero();
        await().atMost(SOON).until(() -> worker.known() == 0);
    }

    @Test
    void theOriginsGoodbyeReachesTheCaller() throws Exception {
        callCam();
        byte[] last = TestCaller.shutdown(CALLER);
        origin.send(last, origin.callers.getFirst());

        assertThat(caller.receive()).isEqualTo(last);
        awaitNoSession();
        caller.hearsNothingFor(300);
    }

    @Test
    void aRepeatedConclusionGetsTheSameAnswerAndNoSecondOriginSocket() throws IOException {
        origin.ignoreConclusions(2);
        int cookie = caller.induce(CALLER, 1);
        byte[] conclusion = TestCaller.conclusion(CALLER, 1, cookie, PUBLISH_CAM);
        caller.send(conclusion);
        caller.send(conclusion);
        Handshake answer = caller.receiveHandshake();
        caller.send(conclusion);
        assertThat(caller.receiveHandshake()).isEqualTo(answer);
        caller.send(conclusion);
        byte[] last = caller.receive();
        assertThat(Handshake.peek(Unpooled.wrappedBuffer(last))).isEqualTo(answer);

        assertThat(origin.conclusions).as("those that we repeated").hasSize(3);
        assertThat(origin.callers).containsOnly(origin.callers.getFirst());
        assertThat(worker.sessions.size()).isEqualTo(1);
    }

    @Test
    void twoOriginsMayGiveTheSameSocketIdToOneClientAddress() throws Exception {
        try (FakeOrigin other = new FakeOrigin(ORIGIN)) {
            worker.lead("other", other.port());
            callCam();
            Handshake second = caller.call(CALLER + 1, 5, "live/other");
            assertThat(second.type()).isEqualTo(Handshake.CONCLUSION);
            assertThat(second.socketId()).isNotEqualTo(ORIGIN);

            caller.send(TestCaller.data(second.socketId(), 1));
            caller.send(TestCaller.data(ORIGIN, 2));
            assertThat(nextPacket(other)).isEqualTo(TestCaller.data(ORIGIN, 1));
            assertThat(nextPacket(origin)).isEqualTo(TestCaller.data(ORIGIN, 2));

            caller.send(TestCaller.shutdown(second.socketId()));
            assertThat(nextPacket(other)).isEqualTo(TestCaller.shutdown(ORIGIN));
            caller.send(TestCaller.data(ORIGIN, 3));
            assertThat(nextPacket(origin)).isEqualTo(TestCaller.data(ORIGIN, 3));
            assertThat(worker.sessions.size()).isEqualTo(1);
        }
    }

    @Test
    void aSocketThatBeginsAnewWithTheSameNumberIsAnotherSession() throws Exception {
        callCam();
        assertThat(caller.call(CALLER, 99, PUBLISH_CAM).type()).isEqualTo(Handshake.CONCLUSION);

        assertThat(TestCaller.isShutdown(nextPacket(origin))).isTrue();
        caller.send(TestCaller.data(ORIGIN, 1));
        assertThat(nextPacket(origin)).isEqualTo(TestCaller.data(ORIGIN, 1));
        caller.hearsNothingFor(300);
        assertThat(worker.sessions.size()).isEqualTo(1);
        assertThat(origin.callers.getLast()).isNotEqualTo(origin.callers.getFirst());
    }

    @Test
    void theOriginsRejectionIsPassedOnAndSaidAgain() throws IOException {
        origin.answerWith(1_010);
        int cookie = caller.induce(CALLER, 1);
        byte[] conclusion = TestCaller.conclusion(CALLER, 1, cookie, PUBLISH_CAM);
        caller.send(conclusion);
        Handshake answer = caller.receiveHandshake();
        assertThat(answer.type()).isEqualTo(1_010);
        assertThat(answer.cookie()).isEqualTo(cookie);

        caller.send(conclusion);
        assertThat(caller.receiveHandshake()).isEqualTo(answer);
        assertThat(origin.conclusions).hasSize(1);
        awaitNoSession();
        assertThat(worker.router.failed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#!::m=publish | 2400",
                "#!::r=live/cam,m=bidirectional | 2405",
                "live/nowhere | 2503",
            })
    void saysWhyItRefuses(String streamId, int type) throws IOException {
        assertThat(caller.call(CALLER, 1, streamId).type()).isEqualTo(type);
        awaitNoSession();
        await().atMost(SOON).until(() -> worker.searching.get() == 0);
    }

    @Test
    void refusesNewCallersWhileTheOthersGoOn() throws Exception {
        callCam();
        worker.sessions.refuseNew("draining");

        assertThat(caller.call(CALLER + 1, 1, "live/cam").type()).isEqualTo(2_503);
        caller.send(TestCaller.data(ORIGIN, 1));
        assertThat(nextPacket(origin)).isEqualTo(TestCaller.data(ORIGIN, 1));
    }

    @Test
    void aBannedCallerIsForbidden() throws Exception {
        Bans bans = new Bans(worker.sessions);
        worker.sessions.admitBy(bans);
        bans.use(List.of(new Ban("b-1", Network.parse("127.0.0.1"), "*", "*", "*", null, null)));
        assertThat(caller.call(CALLER, 1, "live/cam").type()).isEqualTo(2_403);
        awaitNoSession();
    }

    @Test
    void saysGoodbyeToBothWhenItEndsASession() throws Exception {
        callCam();
        worker.sessions.endAll(CloseReason.KICKED, "by a test");

        assertThat(TestCaller.isShutdown(caller.receive())).isTrue();
        byte[] last = nextPacket(origin);
        assertThat(TestCaller.isShutdown(last)).isTrue();
        assertThat(SrtPacket.destination(Unpooled.wrappedBuffer(last))).isEqualTo(ORIGIN);
        awaitNoSession();

        caller.send(TestCaller.data(ORIGIN, 1));
        assertThat(TestCaller.isShutdown(caller.receive()))
                .as("repeated to a caller that did not get it")
                .isTrue();
    }

    @Test
    void endsASessionWhoseClientIsSilent() throws Exception {
        callCam();
        assertThat(TestCaller.isShutdown(nextPacket(origin))).isTrue();
        awaitNoSession();
        assertThat(worker.router.failed).isEmpty();
    }

    @Test
    void endsASessionWhoseOriginIsSilent() throws Exception {
        callCam();
        origin.fallSilent();
        await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            caller.send(TestCaller.data(ORIGIN, 1));
            return worker.sessions.size() == 0;
        });
        assertThat(TestCaller.isShutdown(caller.receive())).isTrue();
        assertThat(worker.router.failed)
                .as("it answers new callers perhaps, so no other caller finds it out")
                .extracting(observation -> observation.failure())
                .containsExactly(Failure.TIMEOUT);
    }

    @Test
    void triesTheNextOriginWhenNothingListens() throws IOException {
        int closedPort;
        try (FakeOrigin gone = new FakeOrigin(1)) {
            closedPort = gone.port();
        }
        worker.lead("moved", closedPort, origin.port());

        assertThat(caller.call(CALLER, 1, "live/moved").type()).isEqualTo(Handshake.CONCLUSION);
        assertThat(worker.router.failed)
                .extracting(observation -> observation.failure())
                .containsExactly(Failure.REFUSED);
    }

    @Test
    void aSilentOriginCostsItsOwnSessionAloneAndTheNextIsTried() throws IOException {
        try (FakeOrigin silent = new FakeOrigin(1);
                TestCaller waiting = new TestCaller(worker.address())) {
            silent.fallSilent();
            worker.lead("slow", silent.port(), origin.port());
            waiting.send(TestCaller.conclusion(CALLER, 1, waiting.induce(CALLER, 1), "live/slow"));

            for (int i = 0; i < 20; i++) {
                long began = System.nanoTime();
                assertThat(caller.call(CALLER + i, 1, PUBLISH_CAM).type()).isEqualTo(Handshake.CONCLUSION);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
            }
            assertThat(waiting.receiveHandshake().type()).isEqualTo(Handshake.CONCLUSION);
            assertThat(worker.router.failed)
                    .extracting(observation -> observation.failure())
                    .containsExactly(Failure.TIMEOUT);
        }
    }

    @Test
    void anOriginThatVanishesEndsItsSessionsAndIsReported() throws IOException {
        callCam();
        origin.close();
        caller.send(TestCaller.data(ORIGIN, 1));

        assertThat(TestCaller.isShutdown(caller.receive())).isTrue();
        awaitNoSession();
        assertThat(worker.router.failed)
                .extracting(observation -> observation.failure())
                .containsExactly(Failure.REFUSED);
    }
}
