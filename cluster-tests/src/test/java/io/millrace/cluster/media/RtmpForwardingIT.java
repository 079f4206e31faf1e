package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.fixture.Recording;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.CallbackRecorder;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.RtmpClient;
import io.millrace.cluster.rtmp.RtmpException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two workers, three origins that know nothing of us, and nothing fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RtmpForwardingIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private Worker first;
    private Worker second;
    private Path sample;
    private List<FlvTag> recording;

    @BeforeAll
    void start() throws IOException {
        sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        recording = FlvTag.readFile(sample);
        cluster = new Cluster(folder);
        for (String name : List.of("origin-a", "origin-b", "origin-c")) {
            cluster.origin(name);
        }
        first = cluster.worker("worker-1");
        second = cluster.worker("worker-2");
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void deliversTheSameElementaryStreamsThroughAnotherWorker() throws IOException {
        Path recorded = folder.resolve("recorded.flv");
        byte[] video = FlvTag.video(recording);
        try (Playback viewer = Playback.of(second.rtmp("live/same"));
                Ffmpeg recorder = Ffmpeg.record(second.rtmp("live/same"), recorded)) {
            cluster.awaitOrigin("play", "same", 2);
            try (Ffmpeg publisher = Ffmpeg.publish(sample, first.rtmp("live/same"), false)) {
                publisher.awaitSuccess(Duration.ofSeconds(30));
            }
            Await.until(
                    SOON,
                    "the viewer has the whole stream",
                    () -> FlvTag.video(viewer.tags()).length >= video.length,
                    () -> FlvTag.video(viewer.tags()).length + " of " + video.length + " bytes");
            assertThat(FlvTag.video(viewer.tags())).isEqualTo(video);
            assertThat(FlvTag.audio(viewer.tags())).isEqualTo(FlvTag.audio(recording));
            Recording.awaitSettled(recorded);
            // This origin keeps its players when the publisher leaves, so ffmpeg has to be asked to end its file.
            recorder.finish();
        }
        assertThat(FlvTag.video(FlvTag.readFile(recorded))).isEqualTo(video);
        // When it is asked to end its file, ffmpeg drops audio that it has not yet interleaved with video.
        byte[] audio = FlvTag.audio(recording);
        byte[] recordedAudio = FlvTag.audio(FlvTag.readFile(recorded));
        assertThat(recordedAudio.length).isBetween(audio.length * 9 / 10, audio.length);
        assertThat(recordedAudio).isEqualTo(Arrays.copyOf(audio, recordedAudio.length));
        assertThat(cluster.recorder().origins("play", "same"))
                .isEqualTo(cluster.recorder().origins("publish", "same"))
                .hasSize(1);
    }

    @Test
    void whatIsPlayedCanBeDecoded() {
        try (Ffmpeg publisher = Ffmpeg.publish(sample, first.rtmp("live/decoded"), true)) {
            cluster.awaitOrigin("publish", "decoded", 1);
            assertThat(Ffmpeg.decodedFrames(second.rtmp("live/decoded"), 3, folder))
                    .isBetween(60, 100);
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void spreadsTwentyStreamsOverTheOriginsAndTheyStick() throws IOException {
        List<RtmpClient> clients = new ArrayList<>();
        Map<String, Integer> perOrigin = new HashMap<>();
        try {
            for (int i = 0; i < 20; i++) {
                String stream = "spread" + i;
                clients.add(RtmpClient.publish((i % 2 == 0 ? first : second).rtmp("live/" + stream)));
                perOrigin.merge(cluster.awaitOrigin("publish", stream, 1), 1, Integer::sum);
            }
            assertThat(perOrigin)
                    .hasSize(3)
                    .allSatisfy((origin, streams) ->
                            assertThat(streams).as("streams on %s", origin).isBetween(3, 12));
            for (int i = 0; i < 20; i++) {
                String stream = "spread" + i;
                clients.add(RtmpClient.play((i % 2 == 0 ? second : first).rtmp("live/" + stream)));
                assertThat(cluster.awaitOrigin("play", stream, 1))
                        .as("where %s is played", stream)
                        .isEqualTo(cluster.recorder().origins("publish", stream).getFirst());
            }
        } finally {
            for (RtmpClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aNewStreamAskedForEverywhereAtOnceGetsOneOrigin() throws Exception {
        int viewers = 20;
        CyclicBarrier together = new CyclicBarrier(viewers);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RtmpClient>> playing = new ArrayList<>();
            for (int i = 0; i < viewers; i++) {
                Worker worker = i % 2 == 0 ? first : second;
                Callable<RtmpClient> play = () -> {
                    together.await();
                    return RtmpClient.play(worker.rtmp("live/race"));
                };
                playing.add(pool.submit(play));
            }
            for (Future<RtmpClient> client : playing) {
                client.get().close();
            }
        }
        cluster.awaitOrigin("play", "race", viewers);
        assertThat(cluster.recorder().origins("play", "race")).hasSize(1);
    }

    @Test
    void whoeverPlaysBeforeAnybodyPublishesMeetsThePublisherAndLeavesNothingElse() throws IOException {
        int streams = 12;
        List<RtmpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < streams; i++) {
                String stream = "early" + i;
                clients.add(RtmpClient.play((i % 2 == 0 ? second : first).rtmp("live/" + stream)));
                cluster.awaitOrigin("play", stream, 1);
            }
            Http api = cluster.controlPlane().api();
            assertThat(api.get("/api/v1/streams").text()).doesNotContain("early");
            assertThat(api.get("/api/v1/events").text()).doesNotContain("early");
            for (int i = 0; i < streams; i++) {
                String stream = "early" + i;
                clients.add(RtmpClient.publish((i % 2 == 0 ? first : second).rtmp("live/" + stream)));
                assertThat(cluster.awaitOrigin("publish", stream, 1))
                        .as("where %s is published", stream)
                        .isEqualTo(cluster.recorder().origins("play", stream).getFirst());
            }
        } finally {
            for (RtmpClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void theOriginSeesAppNameAndArgumentsAsTheClientWroteThem() {
        try (Ffmpeg publisher = Ffmpeg.publish(sample, first.rtmp("app/a/b?vhost=x&token=y"), false)) {
            cluster.awaitOrigin("publish", "b", 1);
            CallbackRecorder.Call call =
                    cluster.recorder().calls("publish", "b").getFirst();
            assertThat(call.field("app")).isEqualTo("app/a");
            assertThat(call.field("vhost")).isEqualTo("x");
            assertThat(call.field("token")).isEqualTo("y");
            assertThat(call.field("tcurl")).isEqualTo(first.rtmp("app/a"));
            assertThat(publisher.process().isAlive()).isTrue();
            assertThat(cluster.controlPlane()
                            .api()
                            .get("/api/v1/streams?limit=1000")
                            .items())
                    .as("the query is no part of the key, but its vhost is")
                    .extracting(item -> item.path("stream").asText())
                    .contains("x/app/a/b");
        }
    }

    @Test
    void theOriginsRefusalReachesThePublisherInItsOwnWords() throws IOException {
        try (RtmpClient winner = RtmpClient.publish(first.rtmp("live/busy"))) {
            assertThat(winner.isOpen()).isTrue();
            assertThatExceptionOfType(RtmpException.class)
                    .isThrownBy(
                            () -> RtmpClient.publish(second.rtmp("live/busy")).close())
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("NetStream.Publish.BadName"));
        }
    }

    @Test
    void twoPublishersOfOneNewStreamAtTwoWorkersMeetAtOneOrigin() throws Exception {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5; i++) {
                String stream = "duel" + i;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<RtmpClient>> both = new ArrayList<>();
                for (Worker worker : List.of(first, second)) {
                    Callable<RtmpClient> publish = () -> {
                        together.await();
                        return RtmpClient.publish(worker.rtmp("live/" + stream));
                    };
                    both.add(pool.submit(publish));
                }
                List<RtmpClient> winners = new ArrayList<>();
                List<String> refusals = new ArrayList<>();
                for (Future<RtmpClient> publisher : both) {
                    try {
                        winners.add(publisher.get());
                    } catch (ExecutionException e) {
                        assertThat(e).hasCauseInstanceOf(RtmpException.class);
                        refusals.add(e.getCause() instanceof RtmpException refusal ? refusal.code() : "");
                    }
                }
                cluster.awaitOrigin("publish", stream, 2);
                assertThat(cluster.recorder().origins("publish", stream)).hasSize(1);
                assertThat(winners).hasSize(1);
                assertThat(refusals).containsExactly("NetStream.Publish.BadName");
                winners.getFirst().close();
            }
        }
    }

    @Test
    void anOperatorEndsASession() throws IOException {
        Http api = cluster.controlPlane().api();
        try (Publisher publisher = new Publisher(first.rtmp("live/kicked"), recording);
                Playback viewer = Playback.of(second.rtmp("live/kicked"))) {
            viewer.awaitMoreFrames(10, SOON);
            Await.until(
                    SOON,
                    "both sessions are listed",
                    () -> sessions(api, "kicked").size() == 2);
            String id = sessions(api, "kicked").stream()
                    .filter(session -> session.path("intent").asText().equals("play"))
                    .map(session -> session.path("id").asText())
                    .findFirst()
                    .orElseThrow();
            assertThat(api.send("DELETE", "/api/v1/sessions/" + id, "").status())
                    .isEqualTo(202);
            Await.until(SOON, "the viewer is cut off", viewer::hasEnded);
            publisher.check();
        }
        Await.until(SOON, "no session is left", () -> sessions(api, "kicked").isEmpty());
        assertThat(api.send("DELETE", "/api/v1/sessions/no-such-session", "").status())
                .isEqualTo(404);
    }

    private static List<JsonNode> sessions(Http api, String stream) {
        return api.get("/api/v1/sessions?stream=__defaultVhost__/live/" + stream)
                .items();
    }
}
