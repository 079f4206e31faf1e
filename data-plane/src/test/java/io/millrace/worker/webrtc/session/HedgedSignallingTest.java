package io.millrace.worker.webrtc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginKind;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.Resolution.Source;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.webrtc.codec.SdpCase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offers of new streams, of whose two origins the first takes connections and answers nothing. */
class HedgedSignallingTest {

    private static final String OFFER = SdpCase.CHROME_OFFER.text();
    private static final String WHIP = "/rtc/v1/whip/?app=live&stream=cam&secret=1";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private RtcOrigin frozen;
    private RtcOrigin healthy;

    @BeforeEach
    void start() throws IOException {
        frozen = new RtcOrigin(OriginKind.OTHER);
        healthy = new RtcOrigin(OriginKind.OTHER);
        for (RtcOrigin each : List.of(frozen, healthy)) {
            each.script = one -> new RtcOrigin.Answer(
                    201, SdpCase.LIBWEBRTC_ANSWER.text(), Map.of("Location", List.of("/whip/resource/7")));
        }
        frozen.freeze();
    }

    @AfterEach
    void stop() {
        frozen.close();
        healthy.close();
    }

    private static Resolution.Route route(RtcOrigin to, Source source) {
        Origin origin = to.origin();
        return new Resolution.Route(origin, origin.endpoint(Listener.RTC).orElseThrow(), 7, source);
    }

    private static SignallingWorker worker(TestRouter router) throws IOException {
        return new SignallingWorker(SignallingWorker.settings(false), router, new TestRouter().table());
    }

    private static CompletableFuture<HttpResponse<String>> post(SignallingWorker worker, String target) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return worker.post(target, OFFER);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void theOfferGoesToTheOriginThatAnswersAndToNoOther() throws Exception {
        TestRouter router =
                TestRouter.hedging(route(frozen, Source.CONTROL_PLANE), route(healthy, Source.CONTROL_PLANE));
        router.deciding.complete(null);
        try (SignallingWorker worker = worker(router)) {
            long began = System.nanoTime();
            assertThat(worker.post(WHIP, OFFER).statusCode()).isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("less than the deadline for answers")
                    .isLessThan(Duration.ofSeconds(2));
            assertThat(worker.expected).extracting(MediaRoute::epoch).containsExactly(8L);
            assertThat(healthy.asked).extracting(RtcOrigin.Asked::method).containsExactly("POST");
            assertThat(router.claims).hasSize(1);
            assertThat(router.failed).hasSize(1);
            frozen.thaw();
            await().atMost(LIMIT).until(() -> !frozen.requests.isEmpty());
            assertThat(frozen.requests)
                    .extracting(RtcOrigin.Asked::target)
                    .as("nothing by which it could take the client for a publisher")
                    .containsExactly("/rtc/v1/whip/");
            assertThat(frozen.asked).isEmpty();
        }
    }

    @Test
    void neitherIsOfferedAnythingUntilTheStreamIsClaimed() throws Exception {
        TestRouter router =
                TestRouter.hedging(route(frozen, Source.CONTROL_PLANE), route(healthy, Source.CONTROL_PLANE));
        try (SignallingWorker worker = worker(router)) {
            CompletableFuture<HttpResponse<String>> answer = post(worker, WHIP);
            await().atMost(LIMIT).until(() -> !router.claims.isEmpty());
            frozen.thaw();
            await().atMost(LIMIT).until(() -> !frozen.requests.isEmpty());
            assertThat(healthy.asked).isEmpty();
            router.deciding.complete(null);
            assertThat(answer.join().statusCode()).isEqualTo(201);
            assertThat(healthy.asked).hasSize(1);
            assertThat(frozen.asked).isEmpty();
        }
    }

    @Test
    void aStreamThatIsBoundWaitsForItsOrigin() throws Exception {
        TestRouter router = TestRouter.leadingTo(route(frozen, Source.CONTROL_PLANE));
        try (SignallingWorker worker = worker(router)) {
            CompletableFuture<HttpResponse<String>> answer = post(worker, WHIP);
            await().atMost(LIMIT).until(() -> router.besideAsked.get() > 0);
            frozen.thaw();
            assertThat(answer.join().statusCode()).isEqualTo(201);
            assertThat(frozen.asked).extracting(RtcOrigin.Asked::method).containsExactly("POST");
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void aPlayerOfAStreamThatLivesNowhereIsBroughtToTheOriginThatAnswers() throws Exception {
        TestRouter router = TestRouter.hedging(route(frozen, Source.PROVISIONAL), route(healthy, Source.PROVISIONAL));
        router.deciding.complete(null);
        try (SignallingWorker worker = worker(router)) {
            assertThat(worker.post("/rtc/v1/whep/?stream=cam", OFFER).statusCode())
                    .isEqualTo(201);
            assertThat(healthy.asked).extracting(RtcOrigin.Asked::method).containsExactly("POST");
        }
    }

    @Test
    void aPlayerOfALiveStreamAsksItsOriginAtOnce() throws Exception {
        TestRouter router = TestRouter.leadingTo(route(healthy, Source.CONTROL_PLANE));
        try (SignallingWorker worker = worker(router)) {
            assertThat(worker.post("/rtc/v1/whep/?stream=cam", OFFER).statusCode())
                    .isEqualTo(201);
            assertThat(healthy.requests).isEmpty();
        }
    }

    @Test
    void anOriginThatDoesNotKnowTheQuestionAndHangsUpIsOfferedTheStream() throws Exception {
        healthy.hangUpOnQuestions();
        TestRouter router = TestRouter.leadingTo(route(healthy, Source.CONTROL_PLANE));
        try (SignallingWorker worker = worker(router)) {
            assertThat(worker.post(WHIP, OFFER).statusCode()).isEqualTo(201);
            assertThat(router.failed).isEmpty();
        }
    }
}
