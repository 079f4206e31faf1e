package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.routing.resolve.Resolution.Source;
import io.millrace.worker.routing.resolve.TestRouter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RTSP sessions on real sockets, of whose two origins the first is accepted by the kernel and not answered at first. */
class RtspHedgedDialTest {

    private static final String URI = "rtsp://worker.example/live/cam";
    private static final String OK = "RTSP/1.0 200 OK";

    private final RtspOrigin frozen = new RtspOrigin();
    private final RtspOrigin healthy = new RtspOrigin();

    @AfterEach
    void stop() {
        frozen.close();
        healthy.close();
    }

    private TestRouter router(Source source) {
        return TestRouter.hedging(RtspWorker.route(frozen.port(), source), RtspWorker.route(healthy.port(), source));
    }

    private static RtspWorker worker(TestRouter router) throws IOException {
        return new RtspWorker(RtspWorker.settings(Optional.empty()), router);
    }

    private static RtspPeer publisher(RtspWorker worker) {
        RtspPeer client = RtspPeer.connect(worker.port());
        client.send(RtspPeer.message("v=0", "ANNOUNCE " + URI + " RTSP/1.0", "CSeq: 2", "User-Agent: enc"));
        return client;
    }

    @Test
    void publishesToTheOriginThatAnswersAndToNoOther() throws IOException {
        TestRouter router = router(Source.CONTROL_PLANE);
        router.deciding.complete(null);
        long began = System.nanoTime();
        try (RtspWorker worker = worker(router);
                RtspPeer client = publisher(worker);
                RtspPeer origin = healthy.acceptQuestion()) {
            assertThat(origin.receive()).startsWith("ANNOUNCE " + URI + " RTSP/1.0\nCSeq: 2");
            origin.say(OK, "CSeq: 2");
            assertThat(client.receive()).startsWith(OK);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("less than the deadline for answers")
                    .isLessThan(Duration.ofSeconds(1));
            assertThat(router.claims).containsExactly(healthy.port());
            try (RtspPeer woken = frozen.accept()) {
                assertThat(woken.receive()).isEqualTo("OPTIONS " + URI + " RTSP/1.0\nCSeq: 1\nUser-Agent: enc");
                assertThat(woken.receive())
                        .as("it is told nothing of the client")
                        .isEqualTo("END");
            }
            assertThat(router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(OriginObservation.Failure.TIMEOUT);
            assertThat(worker.sessions.sessions()).hasSize(1);
        }
    }

    @Test
    void asksNeitherForTheStreamUntilItIsClaimed() throws IOException {
        TestRouter router = router(Source.CONTROL_PLANE);
        try (RtspWorker worker = worker(router);
                RtspPeer client = publisher(worker);
                RtspPeer origin = healthy.acceptQuestion()) {
            await().atMost(RtspWorker.LIMIT).until(() -> !router.claims.isEmpty());
            try (RtspPeer woken = frozen.acceptQuestion()) {
                router.deciding.complete(null);
                assertThat(origin.receive()).startsWith("ANNOUNCE");
                assertThat(woken.receive()).isEqualTo("END");
            }
            origin.say(OK, "CSeq: 2");
            assertThat(client.receive()).startsWith(OK);
            assertThat(router.claims).hasSize(1);
        }
    }

    @Test
    void dialsNoOtherWhenTheFirstAnswersSoonWhateverItAnswers() throws IOException {
        TestRouter router = router(Source.CONTROL_PLANE);
        try (RtspWorker worker = worker(router);
                RtspPeer client = publisher(worker);
                RtspPeer origin = frozen.accept()) {
            assertThat(origin.receive()).startsWith("OPTIONS");
            origin.say("RTSP/1.0 401 Unauthorized", "CSeq: 1");
            assertThat(origin.receive()).startsWith("ANNOUNCE");
            origin.say(OK, "CSeq: 2");
            assertThat(client.receive()).startsWith(OK);
            assertThat(router.claims).isEmpty();
        }
    }

    @Test
    void aStreamThatIsBoundWaitsForItsOrigin() throws IOException {
        TestRouter router = TestRouter.leadingTo(RtspWorker.route(frozen.port(), Source.CONTROL_PLANE));
        try (RtspWorker worker = worker(router);
                RtspPeer client = publisher(worker);
                RtspPeer origin = frozen.accept()) {
            assertThat(origin.receive()).startsWith("OPTIONS");
            await().atMost(RtspWorker.LIMIT).until(() -> router.besideAsked.get() > 0);
            origin.say(OK, "CSeq: 1");
            assertThat(origin.receive()).startsWith("ANNOUNCE");
            origin.say(OK, "CSeq: 2");
            assertThat(client.receive()).startsWith(OK);
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void aPlayerOfAStreamThatLivesNowhereIsBroughtToTheOriginThatAnswers() throws IOException {
        TestRouter router = router(Source.PROVISIONAL);
        router.deciding.complete(null);
        try (RtspWorker worker = worker(router);
                RtspPeer client = RtspPeer.connect(worker.port())) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 5");
            try (RtspPeer origin = healthy.acceptQuestion()) {
                assertThat(origin.receive()).startsWith("DESCRIBE");
                origin.say("RTSP/1.0 404 Not Found", "CSeq: 5");
                assertThat(client.receive()).startsWith("RTSP/1.0 404");
            }
            try (RtspPeer woken = frozen.accept()) {
                assertThat(woken.receive()).startsWith("OPTIONS");
                assertThat(woken.receive()).isEqualTo("END");
            }
        }
    }
}
