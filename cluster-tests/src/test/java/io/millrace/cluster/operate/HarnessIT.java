package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.fixture.Recording;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.CallbackRecorder;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Listening;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of the other tests, without Millrace in between: what fails here says nothing about the product. */
class HarnessIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    @Test
    void anOriginAloneDeliversWhatIsPublishedByteForByte() throws IOException {
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        byte[] video = FlvTag.video(FlvTag.readFile(sample));
        Path recorded = folder.resolve("recorded.flv");
        try (CallbackRecorder recorder = new CallbackRecorder();
                NginxOrigin origin = NginxOrigin.start("origin", Files.createDirectory(folder.resolve("o")), recorder);
                Playback viewer = Playback.of(origin.rtmp("live/s"));
                Ffmpeg player = Ffmpeg.record(origin.rtmp("live/s"), recorded)) {
            Await.until(SOON, "both play", () -> recorder.calls("play", "s").size() == 2);
            try (Ffmpeg publisher = Ffmpeg.publish(sample, origin.rtmp("live/s?token=t"), false)) {
                publisher.awaitSuccess(Duration.ofSeconds(30));
            }
            Await.until(SOON, "the viewer has it all", () -> FlvTag.video(viewer.tags()).length >= video.length);
            Recording.awaitSettled(recorded);
            player.finish();
            assertThat(FlvTag.video(viewer.tags())).isEqualTo(video);
            assertThat(FlvTag.video(FlvTag.readFile(recorded))).isEqualTo(video);
            CallbackRecorder.Call seen = recorder.calls("publish", "s").getFirst();
            assertThat(seen.origin()).isEqualTo("origin");
            assertThat(seen.field("app")).isEqualTo("live");
            assertThat(seen.field("token")).isEqualTo("t");
        }
    }

    @Test
    void anOriginCanBeKilledFrozenAndStartedAgain() throws IOException {
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        try (CallbackRecorder recorder = new CallbackRecorder();
                NginxOrigin origin =
                        NginxOrigin.start("origin", Files.createDirectory(folder.resolve("o")), recorder, 128)) {
            try (Publisher publisher = new Publisher(origin.rtmp("live/s"), FlvTag.readFile(sample));
                    Playback viewer = Playback.of(origin.rtmp("live/s"))) {
                viewer.awaitMoreFrames(10, SOON);
                assertThat(Ffmpeg.decodedFrames(origin.rtmp("live/s"), 2, folder))
                        .isGreaterThan(30);
                origin.process().suspend();
                Await.pass(Duration.ofMillis(300));
                long before = viewer.frames();
                Await.pass(Duration.ofMillis(500));
                assertThat(viewer.frames()).isEqualTo(before);
                origin.process().resume();
                viewer.awaitMoreFrames(10, SOON);
                publisher.check();
                origin.kill();
                Await.until(SOON, "the viewer is cut off", viewer::hasEnded);
            }
            assertThat(Listening.at(origin.port())).isFalse();
            origin.restart();
            assertThat(Listening.at(origin.port())).isTrue();
        }
    }
}
