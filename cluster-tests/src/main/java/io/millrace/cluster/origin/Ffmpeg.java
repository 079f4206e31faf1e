package io.millrace.cluster.origin;

import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of ffmpeg: a publisher or a player as people use it. */
public final class Ffmpeg implements AutoCloseable {

    private static final Duration ENCODE_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

    private final ManagedProcess process;

    private Ffmpeg(ManagedProcess process) {
        this.process = process;
    }

    /** What a sample holds: H.264 with one key frame a second and no B-frames, and AAC. */
    public record Sample(String size, int framesPerSecond, int kilobitsPerSecond, int seconds) {

        /** Small and quick to make. */
        public static final Sample SMALL = new Sample("320x180", 25, 300, 8);
        /** What the budgets are measured with. */
        public static final Sample HD = new Sample("1280x720", 30, 2_470, 10);
    }

    /** Makes an FLV file; returns when it is whole. */
    public static Path makeSample(Path folder, Sample sample) {
        Path file = folder.resolve("sample-" + sample.size() + ".flv");
        String rate = sample.kilobitsPerSecond() + "k";
        List<String> arguments = List.of(
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=" + sample.size() + ":rate=" + sample.framesPerSecond(),
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=44100",
                "-t",
                Integer.toString(sample.seconds()),
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-pix_fmt",
                "yuv420p",
                "-bf",
                "0",
                "-g",
                Integer.toString(sample.framesPerSecond()),
                "-sc_threshold",
                "0",
                "-b:v",
                rate,
                "-minrate",
                rate,
                "-maxrate",
                rate,
                "-bufsize",
                rate,
                // Filler data keeps the rate even where the picture needs less.
                "-x264-params",
                "nal-hrd=cbr",
                "-c:a",
                "aac",
                "-b:a",
                "128k",
                "-f",
                "flv",
                file.toString());
        run("ffmpeg encoder", folder, "ffmpeg", arguments, ENCODE_LIMIT);
        return file;
    }

    /** Publishes a file at its own speed, once or again and again until closed. */
    public static Ffmpeg publish(Path file, String url, boolean loop) {
        return publish(file, url, "flv", loop);
    }

    /** Likewise as MPEG-TS, which is what SRT carries. */
    public static Ffmpeg publishTs(Path file, String url, boolean loop) {
        return publish(file, url, "mpegts", loop);
    }

    private static Ffmpeg publish(Path file, String url, String format, boolean loop) {
        List<String> arguments = new ArrayList<>(List.of("-re"));
        if (loop) {
            arguments.addAll(List.of("-stream_loop", "-1"));
        }
        arguments.addAll(List.of("-i", file.toString(), "-c", "copy", "-f", format, url));
        return start("ffmpeg publisher of " + url, parent(file), arguments);
    }

    /** Plays into a file until the stream ends or this is closed. */
    public static Ffmpeg record(String url, Path file) {
        return start(
                "ffmpeg player of " + url,
                parent(file),
                List.of("-y", "-i", url, "-c", "copy", "-flush_packets", "1", "-f", "flv", file.toString()));
    }

    /** Likewise as MPEG-TS. */
    public static Ffmpeg recordTs(String url, Path file) {
        return start(
                "ffmpeg player of " + url,
                parent(file),
                List.of("-y", "-i", url, "-c", "copy", "-flush_packets", "1", "-f", "mpegts", file.toString()));
    }

    /** How many video frames of a file can be decoded. */
    public static int decodedFrames(Path file) {
        return decodedFrames(file.toString(), 3_600, parent(file));
    }

    /** How many video frames a player really decodes within the first seconds of a stream. */
    public static int decodedFrames(String url, int seconds, Path folder) {
        ManagedProcess probe = run(
                "ffprobe of " + url,
                folder,
                "ffprobe",
                List.of(
                        "-select_streams",
                        "v:0",
                        "-count_frames",
                        "-read_intervals",
                        "%+" + seconds,
                        "-show_entries",
                        "stream=nb_read_frames",
                        "-of",
                        "csv=p=0",
                        url),
                PROBE_LIMIT);
        return probe.output().stream()
                .filter(line -> line.matches("\\d+,?"))
                .mapToInt(line -> Integer.parseInt(line.replace(",", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no frame count\n" + probe.lastOutput()));
    }

    private static ManagedProcess run(
            String name, Path folder, String program, List<String> arguments, Duration limit) {
        List<String> command = new ArrayList<>(List.of(program, "-hide_banner", "-loglevel", "warning"));
        command.addAll(arguments);
        try (ManagedProcess process = ManagedProcess.start(name, folder, Map.of(), command)) {
            if (process.awaitExit(limit) != 0) {
                throw new IllegalStateException(name + " failed\n" + process.lastOutput());
            }
            return process;
        }
    }

    private static Ffmpeg start(String name, Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning"));
        command.addAll(arguments);
        return new Ffmpeg(ManagedProcess.start(name, folder, Map.of(), command));
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return parent;
    }

    public ManagedProcess process() {
        return process;
    }

    /** Waits until it ends by itself, and fails when it fails. */
    public void awaitSuccess(Duration limit) {
        if (process.awaitExit(limit) != 0) {
            throw new IllegalStateException(process + " failed\n" + process.lastOutput());
        }
    }

    /**
     * Asks it to end as Ctrl-C does: what it has read is written. The first signal makes it end after the packet that it waits
     * for, the second ends the wait.
     */
    public void finish() {
        process.terminate();
        Await.pass(Duration.ofMillis(300));
        process.terminate();
        process.awaitExit(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        process.close();
    }
}
