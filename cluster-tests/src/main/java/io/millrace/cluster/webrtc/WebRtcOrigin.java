package io.millrace.cluster.webrtc;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An origin that speaks WHIP and WHEP and nothing else. It takes one publisher a stream and encodes anew for each viewer. Its
 * answers carry host candidates of 127.0.0.1 with a port for each session, an ICE agent that is not lite, and its own ufrag: it
 * knows of no gateway.
 */
public final class WebRtcOrigin implements AutoCloseable {

    private final String name;
    private final int port = Ports.reserve();
    private final ManagedProcess process;

    private WebRtcOrigin(String name, Path folder, List<String> token) {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                // Where the native library is unpacked.
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                WebRtcOriginProcess.class.getName(),
                Integer.toString(port)));
        command.addAll(token);
        process = ManagedProcess.start(name, folder, Map.of(), command);
        try {
            process.await(
                    Duration.ofSeconds(30),
                    "listens",
                    () -> http().get("/stats").status() == 200);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** @param folder exists */
    public static WebRtcOrigin start(String name, Path folder) {
        return new WebRtcOrigin(name, folder, List.of());
    }

    /** One that wants this bearer token of everybody who posts. */
    public static WebRtcOrigin startGuarded(String name, Path folder, String token) {
        return new WebRtcOrigin(name, folder, List.of(token));
    }

    public String name() {
        return name;
    }

    /** Of its HTTP API. */
    public int port() {
        return port;
    }

    public Http http() {
        return new Http(URI.create("http://127.0.0.1:" + port + "/"));
    }

    /** Sessions that are open now. */
    public int sessions() {
        return http().get("/stats").json().path("sessions").asInt();
    }

    /** Video frames of a publisher that it decoded; 0 without one. */
    public long framesIn(String appAndStream) {
        return stream(appAndStream).path("frames").asLong();
    }

    /** Bytes of decoded sound of a publisher; 0 without one. */
    public long soundIn(String appAndStream) {
        return stream(appAndStream).path("sound").asLong();
    }

    /** Video frames that it encoded for each viewer, in the order in which they came. */
    public List<Long> framesOut(String appAndStream) {
        List<Long> frames = new ArrayList<>();
        stream(appAndStream)
                .path("viewers")
                .forEach(viewer -> frames.add(viewer.path("frames").asLong()));
        return frames;
    }

    private JsonNode stream(String appAndStream) {
        return http().get("/stats").json().path("streams").path(appAndStream);
    }

    public ManagedProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
