package io.millrace.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * nginx with its RTMP module as an origin for browsers: what is published comes out as HLS and DASH, and every {@code .flv} is an
 * endless recording.
 */
final class WebOrigin implements AutoCloseable {

    private final FlvBroadcast flv;
    private final ManagedProcess process;
    private final int rtmpPort = Ports.reserve();
    private final int httpPort = Ports.reserve();

    /** @param folder its own */
    WebOrigin(Path folder, Path recording) throws IOException {
        flv = new FlvBroadcast(recording);
        // nginx-rtmp cleans its folders and so does not take one for both.
        Path hls = folder.resolve("hls");
        Path dash = folder.resolve("dash");
        Path hlsLive = Files.createDirectories(hls.resolve("live"));
        Path dashLive = Files.createDirectories(dash.resolve("live"));
        Nginx.configure(
                folder,
                Nginx.preamble(folder, "ngx_rtmp_module.so", 1)
                        + """
                        rtmp {
                          server {
                            listen 127.0.0.1:%d;
                            application live {
                              live on;
                              hls on;
                              hls_path %s;
                              hls_fragment 1s;
                              hls_playlist_length 12s;
                              dash on;
                              dash_path %s;
                              dash_fragment 1s;
                              dash_playlist_length 12s;
                            }
                          }
                        }
                        http {
                          access_log off;
                          types {
                            application/vnd.apple.mpegurl m3u8;
                            application/dash+xml mpd;
                            video/mp2t ts;
                            video/mp4 mp4 m4v;
                            audio/mp4 m4a;
                          }
                          server {
                            listen 127.0.0.1:%d;
                            root %s;
                            location ~ [.](mpd|m4v|m4a)$ {
                              root %s;
                            }
                            location ~ [.]flv$ {
                              proxy_pass http://127.0.0.1:%d;
                              proxy_http_version 1.1;
                              proxy_buffering off;
                            }
                          }
                        }
                        """.formatted(rtmpPort, hlsLive, dashLive, httpPort, hls, dash, flv.port()));
        process = Nginx.launch("web origin", folder);
        process.awaitStart(Duration.ofSeconds(10), "listens", () -> Listening.at(rtmpPort) && Listening.at(httpPort));
    }

    /** Adds it as an operator does, and waits until it is probed. */
    void addTo(ControlPlane controlPlane) {
        Http.Answer answer = controlPlane
                .api()
                .send(
                        "POST",
                        "/api/v1/origins",
                        "{\"server\":\"web\",\"ip\":\"127.0.0.1\",\"kind\":\"nginx-rtmp\",\"endpoints\":{\"rtmp\":[\""
                                + rtmpPort + "\"],\"http\":[\"" + httpPort + "\"]}}");
        if (answer.status() >= 300) {
            throw new IllegalStateException("the origin was refused: " + answer.text());
        }
        Await.until(
                Duration.ofSeconds(15),
                "the origin is up",
                () -> controlPlane.api().get("/api/v1/origins").items().stream()
                        .anyMatch(origin -> origin.path("state").asText().equals("up")));
    }

    Http http() {
        return new Http(Product.loopback(httpPort, "/"));
    }

    @Override
    public void close() {
        process.close();
        flv.close();
    }
}
