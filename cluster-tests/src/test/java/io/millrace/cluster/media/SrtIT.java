package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.fixture.Recording;
import io.millrace.cluster.network.LossyPipe;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.SrtOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** ffmpeg and libsrt's own relay, with two workers in between: published at the first, played at the second. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SrtIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String IN_KEY = "passphrase=the-way-in-is-secret";
    private static final String OUT_KEY = "passphrase=the-way-out-too";

    /** The sample has 25 a second for 8 seconds; what a publisher has not heard acknowledged when it leaves is lost. */
    private static final int SAMPLE_FRAMES = 200;

    private static final int NEARLY_ALL = 185;

    @TempDir
    private static Path folder;

    private MediaCluster cluster;
    private Path sample;

    @BeforeAll
    void start() {
        sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        cluster = new MediaCluster(folder);
        Map<String, String> streams = new HashMap<>();
        origin("clear", "", "", streams);
        origin("secret", "&" + IN_KEY + "&pbkeylen=16", "&" + OUT_KEY + "&pbkeylen=32", streams);
        origin("stormy", "", "", streams);
        origin("closed", "", "&" + OUT_KEY, streams);
        cluster.steer(streams);
    }

    private void origin(String name, String publishOptions, String playOptions, Map<String, String> streams) {
        SrtOrigin origin = cluster.opened(SrtOrigin.start(name, cluster.subfolder(name), publishOptions, playOptions));
        cluster.registerSrt(name + "-in", origin.publishPort());
        cluster.registerSrt(name + "-out", origin.playPort());
        streams.put("up-" + name, name + "-in");
        streams.put("down-" + name, name + "-out");
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String url(int port, String streamId, String options) {
        return "srt://127.0.0.1:" + port + "?streamid=" + streamId + options;
    }

    private static void awaitRelaying(Worker worker, String stream) {
        worker.process()
                .await(
                        SOON,
                        "relays " + stream,
                        () -> worker.process().output().stream()
                                .anyMatch(line -> line.contains("relaying") && line.contains("/" + stream + "\"")));
    }

    private static void awaitEnded(Worker worker, String stream) {
        worker.process()
                .await(
                        SOON,
                        "ended " + stream,
                        () -> worker.process().output().stream()
                                .anyMatch(
                                        line -> line.contains("ended session=") && line.contains("/" + stream + "\"")));
    }

    private static void awaitSettled(Path file) {
        Recording.awaitSettled(file);
    }

    private void publish(int port, String stream, String options) {
        try (Ffmpeg publisher =
                Ffmpeg.publishTs(sample, url(port, "#!::r=live/" + stream + ",m=publish", options), false)) {
            publisher.awaitSuccess(Duration.ofSeconds(40));
        }
    }

    @Test
    void whatIsPublishedAtOneWorkerIsPlayedAtAnother() {
        Path recorded = folder.resolve("clear.ts");
        try (Ffmpeg player = Ffmpeg.recordTs(
                url(cluster.second.srtPort(), "#!::h=host,r=live/down-clear,m=request", ""), recorded)) {
            awaitRelaying(cluster.second, "down-clear");
            publish(cluster.first.srtPort(), "up-clear", "");
            awaitSettled(recorded);
            player.finish();
        }
        assertThat(Ffmpeg.decodedFrames(recorded)).isBetween(NEARLY_ALL, SAMPLE_FRAMES);
        awaitEnded(cluster.first, "up-clear");
        awaitEnded(cluster.second, "down-clear");
    }

    @Test
    void encryptionIsBetweenCallerAndOriginAlone() {
        Path recorded = folder.resolve("secret.ts");
        String from = url(cluster.second.srtPort(), "live/down-secret", "&pbkeylen=32&" + OUT_KEY);
        try (ManagedProcess player = ManagedProcess.start(
                "srt-live-transmit as a player",
                folder,
                Map.of(),
                List.of("sh", "-c", "exec srt-live-transmit -loglevel:error \"$0\" file://con >" + recorded, from))) {
            awaitRelaying(cluster.second, "down-secret");
            publish(cluster.first.srtPort(), "up-secret", "&pbkeylen=16&" + IN_KEY);
            awaitSettled(recorded);
            assertThat(player.isAlive()).isTrue();
        }
        assertThat(Ffmpeg.decodedFrames(recorded)).isBetween(NEARLY_ALL, SAMPLE_FRAMES);
    }

    @Test
    void theOriginsNoToAWrongPassphraseReachesThePlayer() {
        String from = url(cluster.second.srtPort(), "live/down-closed", "&passphrase=not-the-right-one");
        assertThatThrownBy(() -> Ffmpeg.decodedFrames(from, 1, folder)).isInstanceOf(IllegalStateException.class);

        awaitEnded(cluster.second, "down-closed");
        assertThat(cluster.second.process().output())
                .anyMatch(line -> line.contains("/down-closed\"")
                        && line.contains("reason=origin-refused-stream")
                        && line.contains("rejected with code"));
    }

    @Test
    void survivesALineThatLosesAndReorders() throws IOException {
        Path recorded = folder.resolve("stormy.ts");
        LossyPipe.Weather weather = new LossyPipe.Weather(0.05, 0.05, 1);
        String patience = "&latency=500000";
        try (LossyPipe in = new LossyPipe(cluster.first.srtPort(), weather);
                LossyPipe out = new LossyPipe(cluster.second.srtPort(), weather);
                Ffmpeg player = Ffmpeg.recordTs(url(out.port(), "live/down-stormy", patience), recorded)) {
            awaitRelaying(cluster.second, "down-stormy");
            publish(in.port(), "up-stormy", patience);
            awaitSettled(recorded);
            player.finish();
            assertThat(in.lost()).as("lost on the way in").isGreaterThan(20);
            assertThat(out.lost()).as("lost on the way out").isGreaterThan(20);
            assertThat(in.late()).as("overtaken on the way in").isGreaterThan(20);
        }
        assertThat(sizeOf(recorded)).isPositive();
        assertThat(Ffmpeg.decodedFrames(recorded)).isBetween(NEARLY_ALL, SAMPLE_FRAMES);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
