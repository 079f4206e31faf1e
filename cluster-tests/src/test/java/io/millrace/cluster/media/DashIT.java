package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DASH through workers in processes of their own. */
class DashIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void nginxsOutputPlaysThroughAnyWorkerAndIsFetchedOnce() throws Exception {
        try (MediaCluster cluster = new MediaCluster(folder)) {
            cluster.nginx("nginx-a");
            Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
            try (Ffmpeg publisher = Ffmpeg.publish(sample, cluster.first.rtmp("live/cam"), true)) {
                String url = cluster.second.http("/live/cam.mpd");
                Await.until(
                        SOON,
                        "a manifest with segments",
                        () -> MediaCluster.text(url).contains("mr="),
                        () -> MediaCluster.text(url));
                Await.until(
                        SOON,
                        "a few segments",
                        () -> MediaCluster.text(url).split("<S ", -1).length > 8,
                        () -> MediaCluster.text(url));
                for (Worker worker : List.of(cluster.first, cluster.second)) {
                    assertThat(Ffmpeg.decodedFrames(worker.http("/live/cam.mpd"), 3, folder))
                            .isGreaterThan(50);
                }
                String manifest = MediaCluster.text(url);
                assertThat(manifest).contains("$Time$.m4v?mr=");
                String init = manifest.replaceFirst("(?s).*initialization=\"([^\"]*m4v[^\"]*)\".*", "$1");
                assertThat(MediaCluster.get(cluster.first.http("/live/" + init)).body())
                        .isEqualTo(MediaCluster.get(cluster.second.http("/live/" + init))
                                .body())
                        .isNotEmpty();
                assertThat(publisher.process().isAlive()).isTrue();
            }
        }
    }
}
