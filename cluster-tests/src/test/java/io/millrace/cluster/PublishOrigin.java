package io.millrace.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An origin for one protocol that takes publishers as far as their first answer, in a process of its own that can be frozen. */
final class PublishOrigin implements AutoCloseable {

    private final int port = Ports.reserve();
    private final ManagedProcess process;

    /** What such an origin may speak. */
    enum Protocol {
        RTSP,
        WHIP,
        SRT;

        /** Members of a registration. */
        String listeners(int port) {
            return switch (this) {
                case RTSP -> "\"rtsp\":[\"" + port + "\"]";
                case WHIP -> "\"api\":[\"" + port + "\"],\"rtc\":[\"" + port + "\"]";
                case SRT -> "\"srt\":[\"" + port + "\"]";
            };
        }
    }

    private PublishOrigin(String name, Protocol protocol, Path folder) {
        process = ManagedProcess.start(
                name,
                folder,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishOriginProcess.class.getName(),
                        protocol.name(),
                        Integer.toString(port)));
    }

    static PublishOrigin start(String name, Protocol protocol, Path folder) {
        PublishOrigin started = new PublishOrigin(name, protocol, folder);
        started.process.awaitStart(
                Duration.ofSeconds(30),
                "listens",
                () -> started.process.output().contains(PublishOriginProcess.LISTENS));
        return started;
    }

    int port() {
        return port;
    }

    ManagedProcess process() {
        return process;
    }

    /** How often somebody has asked to publish that stream here. */
    long publishes(String stream) {
        return process.output().stream()
                .filter(line -> line.equals(PublishOriginProcess.PUBLISH + stream))
                .count();
    }

    @Override
    public void close() {
        process.close();
    }
}
