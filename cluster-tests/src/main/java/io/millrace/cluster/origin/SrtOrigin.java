package io.millrace.cluster.origin;

import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * libsrt's own relay, {@code srt-live-transmit}: it takes one publisher at one port and serves one player at another, so it counts as
 * two origins.
 */
public final class SrtOrigin implements AutoCloseable {

    private final int publishPort = Ports.reserve();
    private final int playPort = Ports.reserve();
    private final ManagedProcess process;

    private SrtOrigin(String name, Path folder, String publishOptions, String playOptions) {
        process = ManagedProcess.start(
                name,
                folder,
                Map.of(),
                List.of(
                        "srt-live-transmit",
                        "-loglevel:error",
                        "srt://127.0.0.1:" + publishPort + "?mode=listener" + publishOptions,
                        "srt://127.0.0.1:" + playPort + "?mode=listener" + playOptions));
    }

    /** @param publishOptions each begins with an ampersand, like {@code &passphrase=...}; likewise those for the player */
    public static SrtOrigin start(String name, Path folder, String publishOptions, String playOptions) {
        SrtOrigin started = new SrtOrigin(name, folder, publishOptions, playOptions);
        started.process.awaitStart(
                Duration.ofSeconds(10), "listens", () -> isBound(started.publishPort) && isBound(started.playPort));
        return started;
    }

    /** As the kernel lists it: nothing needs to be sent. */
    public static boolean isBound(int port) {
        String hex = "%04X".formatted(port);
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/udp"))) {
            return lines.anyMatch(line -> line.contains(":" + hex + " "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int publishPort() {
        return publishPort;
    }

    public int playPort() {
        return playPort;
    }

    public ManagedProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
