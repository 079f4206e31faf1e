package io.millrace.cluster;

import io.millrace.cluster.webrtc.WebRtcOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A control plane and two workers with origins that serve media over HTTP. */
final class MediaCluster implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
    private final ControlPlane controlPlane;
    final Worker first;
    final Worker second;

    MediaCluster(Path folder) {
        this.folder = folder;
        open.push(beats::shutdownNow);
        controlPlane = opened(ControlPlane.start(subfolder("control-plane")));
        first = worker("first", Map.of());
        second = worker("second", Map.of());
    }

    /** A further worker. */
    Worker worker(String name, Map<String, String> settings) {
        return opened(Worker.start(name, controlPlane, subfolder(name), settings));
    }

    <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    Path subfolder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Waits until every worker that the control plane hears of has its newest table, with so many origins that are up. */
    void awaitOrigins(int count) {
        Http api = controlPlane.api();
        Await.until(
                Duration.ofSeconds(20),
                count + " origins are known to all workers",
                () -> api.get("/api/v1/origins").items().stream()
                                        .filter(origin ->
                                                origin.path("state").asText().equals("up"))
                                        .count()
                                == count
                        && api.get("/api/v1/workers").items().stream()
                                .allMatch(worker -> worker.path("table")
                                                .path("versionsBehind")
                                                .asInt(1)
                                        == 0),
                () -> api.get("/api/v1/origins").text()
                        + api.get("/api/v1/workers").text());
    }

    /** Registers again and again, as SRS does. */
    void register(String name, int rtmpPort, int httpPort) {
        register(name, rtmpPort, "\"http\":[\"" + httpPort + "\"]");
    }

    /** Likewise an origin that speaks SRT alone. */
    void registerSrt(String name, int srtPort) {
        register(name, Ports.reserve(), "\"kind\":\"other\",\"srt\":[\"" + srtPort + "\"]");
    }

    /** Likewise an origin that speaks RTSP alone. */
    void registerRtsp(String name, int rtspPort) {
        register(name, Ports.reserve(), "\"kind\":\"other\",\"rtsp\":[\"" + rtspPort + "\"]");
    }

    /** Likewise an origin that takes publishers of one protocol. */
    void register(String name, PublishOrigin.Protocol protocol, int port, int weight) {
        register(name, Ports.reserve(), "\"kind\":\"other\",\"weight\":" + weight + "," + protocol.listeners(port));
    }

    /** @param more members of the registration */
    private void register(String name, int rtmpPort, String more) {
        String body = "{\"ip\":\"127.0.0.1\",\"server\":\"" + name + "\",\"service\":\"1\",\"pid\":\"1\",\"rtmp\":[\""
                + rtmpPort + "\"],\"labels\":{\"name\":\"" + name + "\"}," + more + "}";
        Runnable beat = () -> controlPlane.api().send("POST", "/api/v1/srs/register", body);
        beat.run();
        var _ = beats.scheduleAtFixedRate(beat, 1, 1, TimeUnit.SECONDS);
    }

    /** Each of these streams goes to the origin of that name. */
    void steer(Map<String, String> streamsToOrigins) {
        List<String> rules = new ArrayList<>();
        streamsToOrigins.forEach((stream, origin) -> rules.add("{\"name\":\"" + stream + "\",\"stream\":\"" + stream
                + "\",\"labels\":{\"name\":\"" + origin + "\"}}"));
        Http.Answer answer = controlPlane
                .api()
                .send("PUT", "/api/v1/placement/rules", "{\"rules\":[" + String.join(",", rules) + "]}");
        if (answer.status() != 200) {
            throw new IllegalStateException("rules were refused: " + answer.text());
        }
    }

    NginxMediaOrigin nginx(String name) {
        NginxMediaOrigin origin = opened(NginxMediaOrigin.start(name, subfolder(name)));
        register(name, origin.rtmpPort(), origin.httpPort());
        return origin;
    }

    WebRtcOrigin webRtc(String name) {
        WebRtcOrigin origin = opened(WebRtcOrigin.start(name, subfolder(name)));
        // Nobody listens at its RTMP port: a registration without one is refused.
        // Its media has ports of its own, which its answers name.
        register(
                name,
                Ports.reserve(),
                "\"kind\":\"other\",\"api\":[\"" + origin.port() + "\"],\"rtc\":[\"" + origin.port() + "\"]");
        return origin;
    }

    FileOrigin files(String name) throws IOException {
        FileOrigin origin = opened(new FileOrigin());
        register(name, origin.port(), origin.port());
        return origin;
    }

    static HttpResponse<byte[]> get(String url) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(40))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String text(String url) {
        return new String(get(url).body(), StandardCharsets.UTF_8);
    }

    /** A door that leads to the first worker while it lives, then to the second: what a load balancer does. */
    int door() throws IOException {
        ServerSocket server = opened(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> lead(client));
                } catch (IOException e) {
                    // Closed with the cluster: the loop ends.
                }
            }
        });
        return server.getLocalPort();
    }

    private void lead(Socket client) {
        try (client) {
            Socket behind = firstThatTakes();
            Thread.ofVirtual().start(() -> pour(client, behind));
            pour(behind, client);
        } catch (IOException e) {
            // Neither worker takes it: the client sees its connection closed.
        }
    }

    private Socket firstThatTakes() throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), first.httpPort());
        } catch (ConnectException e) {
            return new Socket(InetAddress.getLoopbackAddress(), second.httpPort());
        }
    }

    private static void pour(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // Either side went away; closing both says so to the other.
        }
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IOException("closing " + resource, e);
            }
        }
    }
}
