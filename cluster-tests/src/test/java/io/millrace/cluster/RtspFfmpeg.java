package io.millrace.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What ffmpeg and its prober do over RTSP, with media over TCP or UDP. */
final class RtspFfmpeg {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private RtspFfmpeg() {}

    /** Video frames that a player decodes within the first seconds of a stream; 0 when it was refused. */
    static int frames(String transport, String url, int seconds, Path folder) {
        return frames(folder, List.of("-rtsp_transport", transport, "-read_intervals", "%+" + seconds, url));
    }

    /** Video frames in a file. */
    static int frames(Path file, Path folder) {
        return frames(folder, List.of(file.toString()));
    }

    private static int frames(Path folder, List<String> which) {
        List<String> command = new ArrayList<>(List.of(
                "ffprobe",
                "-hide_banner",
                "-loglevel",
                "warning",
                "-select_streams",
                "v:0",
                "-count_frames",
                "-show_entries",
                "stream=nb_read_frames",
                "-of",
                "csv=p=0"));
        command.addAll(which);
        try (ManagedProcess probe = ManagedProcess.start("ffprobe of " + which, folder, Map.of(), command)) {
            probe.awaitExit(LIMIT);
            return probe.output().stream()
                    .filter(line -> line.matches("\\d+,?"))
                    .mapToInt(line -> Integer.parseInt(line.replace(",", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Publishes a whole file at its own speed. */
    static void publish(String transport, Path file, String url, Path folder) {
        List<String> command = List.of(
                "ffmpeg",
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "warning",
                "-re",
                "-i",
                file.toString(),
                "-c",
                "copy",
                "-f",
                "rtsp",
                "-rtsp_transport",
                transport,
                url);
        try (ManagedProcess publisher = ManagedProcess.start("ffmpeg publisher of " + url, folder, Map.of(), command)) {
            if (publisher.awaitExit(LIMIT) != 0) {
                throw new IllegalStateException(publisher.lastOutput());
            }
        }
    }

    /** Plays until it is closed or cut off. */
    static ManagedProcess play(String transport, String url, Path folder) {
        return ManagedProcess.start(
                "ffmpeg player of " + url,
                folder,
                Map.of(),
                List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-hide_banner",
                        "-loglevel",
                        "warning",
                        "-rtsp_transport",
                        transport,
                        "-i",
                        url,
                        "-c",
                        "copy",
                        "-f",
                        "null",
                        "-"));
    }
}
