package io.millrace.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** GStreamer's RTSP server: plays test pictures with a tone, and records what is published into files. */
final class GstRtspOrigin implements AutoCloseable {

    private static final String PROGRAM = "rtsp-origin.py";
    private static final String SAYS_PORT = "port=";

    private final ManagedProcess process;
    private final int port;

    private GstRtspOrigin(ManagedProcess process) {
        this.process = process;
        process.awaitStart(
                Duration.ofSeconds(20), "listens", () -> ports().findFirst().isPresent());
        this.port = ports().findFirst().orElseThrow();
    }

    /**
     * @param playing paths that play
     * @param recording paths that are recorded, each to a file
     * @param more further arguments: {@code --auth METHOD:USER:PASSWORD} guards all of it
     */
    static GstRtspOrigin start(Path folder, List<String> playing, Map<String, Path> recording, String... more) {
        Path program = folder.resolve(PROGRAM);
        try (InputStream source = GstRtspOrigin.class.getResourceAsStream("/" + PROGRAM)) {
            if (source == null) {
                throw new IllegalStateException(PROGRAM + " is no resource of the tests");
            }
            Files.write(program, source.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Debian's own Python: another one on the path knows nothing of Debian's packages.
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", program.toString()));
        command.addAll(List.of(more));
        playing.forEach(path -> command.addAll(List.of("--play", path)));
        recording.forEach((path, file) -> command.addAll(List.of("--record", path + "=" + file)));
        return new GstRtspOrigin(ManagedProcess.start("gst-rtsp-server", folder, Map.of(), command));
    }

    private Stream<Integer> ports() {
        return process.output().stream()
                .filter(line -> line.startsWith(SAYS_PORT))
                .map(line -> Integer.valueOf(line.substring(SAYS_PORT.length())));
    }

    int port() {
        return port;
    }

    /** How often a client ended a session at that path in so many words. */
    long teardowns(String path) {
        return process.output().stream()
                .filter(line -> line.equals("teardown " + path))
                .count();
    }

    String lastOutput() {
        return process.lastOutput();
    }

    @Override
    public void close() {
        process.close();
    }
}
