package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.FileOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HLS through workers in processes of their own. */
class HlsIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String M3U8 = "application/vnd.apple.mpegurl";
    private static final int VIEWERS = 500;

    @TempDir
    private Path folder;

    private MediaCluster cluster;

    @BeforeEach
    void start() {
        cluster = new MediaCluster(folder);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private void awaitPlaylist(String url, String word) {
        Await.until(
                SOON,
                url + " holds " + word,
                () -> MediaCluster.text(url).contains(word),
                () -> MediaCluster.text(url));
    }

    private static String uri(String playlist, String beginning) {
        return playlist.lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nginxsOutputPlaysThroughAnyWorker() {
        cluster.nginx("nginx-a");
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        try (Ffmpeg publisher = Ffmpeg.publish(sample, cluster.first.rtmp("live/cam"), true)) {
            awaitPlaylist(cluster.second.http("/live/cam.m3u8"), "cam-3.ts");
            for (Worker worker : List.of(cluster.first, cluster.second)) {
                assertThat(Ffmpeg.decodedFrames(worker.http("/live/cam.m3u8"), 3, folder))
                        .isGreaterThan(50);
            }
            // A segment that the first worker's playlist names is there at the second.
            List<String> segments = MediaCluster.text(cluster.first.http("/live/cam.m3u8"))
                    .lines()
                    .filter(line -> line.startsWith("cam-"))
                    .toList();
            byte[] atFirst = MediaCluster.get(cluster.first.http("/live/" + segments.getLast()))
                    .body();
            assertThat(MediaCluster.get(cluster.second.http("/live/" + segments.getLast()))
                            .body())
                    .isEqualTo(atFirst)
                    .isNotEmpty();
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void playbackGoesOnWhenTheWorkerThatServedThePlaylistDies() throws Exception {
        cluster.nginx("nginx-a");
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        String url = "http://127.0.0.1:" + cluster.door() + "/live/door.m3u8";
        try (Ffmpeg publisher = Ffmpeg.publish(sample, cluster.second.rtmp("live/door"), true);
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitPlaylist(cluster.second.http("/live/door.m3u8"), "door-3.ts");
            Callable<Integer> play = () -> Ffmpeg.decodedFrames(url, 10, folder);
            Future<Integer> frames = pool.submit(play);
            Await.until(
                    SOON,
                    "the player is at the first worker",
                    () -> cluster.first.metric("millrace_http_cache_requests_total", "result=\"miss\"") >= 3);
            cluster.first.kill();
            assertThat(frames.get()).isGreaterThan(220);
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void fiveHundredViewersCostTheOriginOneFetchPerObject() throws Exception {
        FileOrigin origin = cluster.files("files");
        byte[] segment = new byte[500_000];
        new Random(1).nextBytes(segment);
        origin.put(
                        "/live/cam.m3u8",
                        M3U8,
                        "#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:60,\ncam-1.ts\n#EXTINF:60,\ncam-2.ts\n")
                .put("/live/cam-1.ts", "video/mp2t", segment)
                .put("/live/cam-2.ts", "video/mp2t", segment);
        awaitPlaylist(cluster.second.http("/live/cam.m3u8"), "cam-1.ts?mr=");
        int before = origin.asked("/live/cam.m3u8");
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> all = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                String viewer = "?viewer=no";
                Callable<byte[]> watch = () -> {
                    String playlist = MediaCluster.text(cluster.first.http("/live/cam.m3u8" + viewer));
                    MediaCluster.get(cluster.first.http("/live/" + uri(playlist, "cam-2.ts")));
                    return MediaCluster.get(cluster.first.http("/live/" + uri(playlist, "cam-1.ts")))
                            .body();
                };
                all.add(pool.submit(watch));
            }
            for (Future<byte[]> one : all) {
                assertThat(one.get()).isEqualTo(segment);
            }
        }
        assertThat(origin.asked("/live/cam-1.ts")).isEqualTo(1);
        assertThat(origin.asked("/live/cam-2.ts")).isEqualTo(1);
        assertThat(origin.asked("/live/cam.m3u8") - before)
                .as("one for each five seconds")
                .isLessThanOrEqualTo(1 + 30 / 5);
    }

    @Test
    void lowLatencyFragmentsFoldersAndAbsoluteUrlsLeadToTheOrigin() throws Exception {
        FileOrigin origin = cluster.files("files");
        String self = "http://127.0.0.1:" + origin.port();
        origin.put("/live/cam.m3u8", M3U8, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/720p/index.m3u8?q=1\n");
        origin.put("/live/v/720p/index.m3u8", M3U8, """
                        #EXTM3U
                        #EXT-X-VERSION:9
                        #EXT-X-TARGETDURATION:4
                        #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5
                        #EXT-X-PART-INF:PART-TARGET=0.5
                        #EXT-X-MAP:URI="../init.mp4"
                        #EXT-X-KEY:METHOD=AES-128,URI="SELF/keys/1.key"
                        #EXTINF:4,
                        /live/v/720p/1.m4s
                        #EXT-X-PART:DURATION=0.5,URI="2.0.m4s"
                        #EXT-X-PRELOAD-HINT:TYPE=PART,URI="2.1.m4s"
                        """.replace("SELF", self))
                .put("/live/v/init.mp4", "video/mp4", "map")
                .put("/keys/1.key", "application/octet-stream", "key")
                .put("/live/v/720p/1.m4s", "video/mp4", "one")
                .put("/live/v/720p/2.0.m4s", "video/mp4", "part");
        awaitPlaylist(cluster.first.http("/live/cam.m3u8"), "index.m3u8?q=1&mr=");
        String variant = uri(MediaCluster.text(cluster.first.http("/live/cam.m3u8")), "v/");
        String playlist = MediaCluster.text(cluster.second.http("/live/" + variant));
        assertThat(playlist).doesNotContain(self);
        String base = cluster.first.http("/live/v/720p/");
        assertThat(MediaCluster.text(
                        URI.create(base).resolve(quoted(playlist, "MAP")).toString()))
                .isEqualTo("map");
        assertThat(MediaCluster.text(cluster.first.http(quoted(playlist, "KEY"))))
                .isEqualTo("key");
        assertThat(MediaCluster.text(cluster.second.http(uri(playlist, "/live"))))
                .isEqualTo("one");
        assertThat(MediaCluster.text(base + quoted(playlist, "PART:"))).isEqualTo("part");
        // A player that drops the token, at a worker that has seen the playlist.
        assertThat(MediaCluster.text(cluster.second.http("/live/v/720p/1.m4s"))).isEqualTo("one");

        CountDownLatch gate = origin.holdBack("_HLS_msn=2");
        int before = origin.asked("/live/v/720p/index.m3u8");
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<byte[]>>> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Callable<HttpResponse<byte[]>> reload =
                        () -> MediaCluster.get(cluster.first.http("/live/" + variant + "&_HLS_msn=2&_HLS_part=1"));
                waiting.add(pool.submit(reload));
            }
            Await.until(
                    SOON,
                    "all wait",
                    () -> cluster.first.metric("millrace_http_cache_requests_total", "result=\"joined\"") >= 49);
            gate.countDown();
            for (Future<HttpResponse<byte[]>> one : waiting) {
                assertThat(one.get().statusCode()).isEqualTo(200);
            }
        }
        assertThat(origin.asked("/live/v/720p/index.m3u8") - before).isEqualTo(1);
    }

    private static String quoted(String playlist, String tag) {
        String line = uri(playlist, "#EXT-X-" + tag);
        int from = line.indexOf("URI=\"") + 5;
        return line.substring(from, line.indexOf('"', from));
    }

    @Test
    void aViewerIsListedAndKicked() throws IOException {
        FileOrigin origin = cluster.files("files");
        origin.put("/live/cam.m3u8", M3U8, "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\ncam-1.ts\n");
        awaitPlaylist(cluster.first.http("/live/cam.m3u8"), "cam-1.ts?mr=");
        Http api = cluster.controlPlane().api();
        String list = "/api/v1/sessions?stream=__defaultVhost__/live/cam";
        Await.until(
                SOON,
                "the viewer is listed",
                () -> api.get(list).items().size() == 1,
                () -> api.get(list).text());
        assertThat(api.get(list).items().getFirst().path("protocol").asText()).isEqualTo("hls");
        String id = api.get(list).items().getFirst().path("id").asText();
        assertThat(api.send("DELETE", "/api/v1/sessions/" + id, "").status()).isEqualTo(202);
        Await.until(
                SOON,
                "the viewer stays out",
                () -> MediaCluster.get(cluster.first.http("/live/cam.m3u8")).statusCode() == 403);
        Await.until(SOON, "the viewer is gone", () -> api.get(list).items().isEmpty());
    }
}
