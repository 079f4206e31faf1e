package io.millrace.worker.srt.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.srt.codec.Handshake;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers of new streams, of whose two origins the first takes datagrams and answers none. */
class SrtHedgedDialTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CALLER = 0x1001;
    private static final String PUBLISH_CAM = "#!::r=live/cam,m=publish";

    private FakeOrigin frozen;
    private FakeOrigin healthy;

    @BeforeEach
    void start() throws IOException {
        frozen = new FakeOrigin(0x2002);
        healthy = new FakeOrigin(0x3003);
        frozen.freeze();
    }

    @AfterEach
    void stop() {
        frozen.close();
        healthy.close();
    }

    private TestRouter router() {
        return TestRouter.hedging(SrtWorker.route(frozen.port()), SrtWorker.route(healthy.port()));
    }

    @Test
    void publishesToTheOriginThatAnswersAndToNoOther() throws IOException {
        TestRouter router = router();
        router.deciding.complete(null);
        try (SrtWorker worker = new SrtWorker(router);
                TestCaller caller = new TestCaller(worker.address())) {
            long began = System.nanoTime();
            assertThat(caller.call(CALLER, 1, PUBLISH_CAM).type()).isEqualTo(Handshake.CONCLUSION);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("less than the deadline for answers")
                    .isLessThan(Duration.ofSeconds(1));
            assertThat(healthy.conclusions).hasSize(1);
            assertThat(router.claims).containsExactly(healthy.port());
            assertThat(router.failed).extracting(OriginObservation::failure).containsExactly(Failure.TIMEOUT);
            frozen.thaw();
            await().atMost(LIMIT).until(() -> frozen.inductions.get() > 0);
            caller.hearsNothingFor(400);
            assertThat(frozen.conclusions).isEmpty();
        }
    }

    @Test
    void neitherHearsTheCallerUntilTheStreamIsClaimed() throws IOException {
        TestRouter router = router();
        try (SrtWorker worker = new SrtWorker(router);
                TestCaller caller = new TestCaller(worker.address())) {
            caller.send(TestCaller.conclusion(CALLER, 1, caller.induce(CALLER, 1), PUBLISH_CAM));
            await().atMost(LIMIT).until(() -> !router.claims.isEmpty());
            frozen.thaw();
            await().atMost(LIMIT).until(() -> frozen.inductions.get() > 0);
            assertThat(healthy.conclusions).isEmpty();
            router.deciding.complete(null);
            assertThat(caller.receiveHandshake().type()).isEqualTo(Handshake.CONCLUSION);
            assertThat(healthy.conclusions).hasSize(1);
            assertThat(frozen.conclusions).isEmpty();
        }
    }

    @Test
    void aStreamThatIsBoundWaitsForItsOrigin() throws IOException {
        TestRouter router = TestRouter.leadingTo(SrtWorker.route(frozen.port()));
        try (SrtWorker worker = new SrtWorker(router);
                TestCaller caller = new TestCaller(worker.address())) {
            caller.send(TestCaller.conclusion(CALLER, 1, caller.induce(CALLER, 1), PUBLISH_CAM));
            await().atMost(LIMIT).until(() -> router.besideAsked.get() > 0);
            frozen.thaw();
            assertThat(caller.receiveHandshake().type()).isEqualTo(Handshake.CONCLUSION);
            assertThat(frozen.conclusions).hasSize(1);
            assertThat(router.failed).isEmpty();
        }
    }
}
