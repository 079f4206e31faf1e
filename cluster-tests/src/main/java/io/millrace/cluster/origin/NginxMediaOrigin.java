package io.millrace.cluster.origin;

import io.millrace.cluster.process.Listening;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** nginx with its RTMP module, which cuts what is published into HLS and DASH and serves it over HTTP. */
public final class NginxMediaOrigin implements AutoCloseable {

    private final String name;
    private final Path folder;
    private final int rtmpPort = Ports.reserve();
    private final int httpPort = Ports.reserve();
    private final ManagedProcess process;

    private NginxMediaOrigin(String name, Path folder) {
        this.name = name;
        this.folder = folder;
        Nginx.configure(folder, configuration());
        process = Nginx.launch(name, folder);
    }

    /** @param folder empty, its own */
    public static NginxMediaOrigin start(String name, Path folder) {
        try {
            Files.createDirectories(folder.resolve("hls/live"));
            Files.createDirectories(folder.resolve("dash/live"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        NginxMediaOrigin origin = new NginxMediaOrigin(name, folder);
        origin.process.awaitStart(
                Duration.ofSeconds(10),
                "listens on " + origin.rtmpPort + " and " + origin.httpPort,
                () -> Listening.at(origin.rtmpPort) && Listening.at(origin.httpPort));
        return origin;
    }

    private String configuration() {
        // nginx-rtmp cleans its folders and so does not take one for both.
        Path hls = folder.resolve("hls");
        Path dash = folder.resolve("dash");
        return Nginx.preamble(folder, "ngx_rtmp_module.so", 1)
                + "rtmp {\n  server {\n    listen 127.0.0.1:" + rtmpPort + ";\n    application live {\n      live on;\n"
                + "      hls on;\n      hls_path " + hls.resolve("live")
                + ";\n      hls_fragment 1s;\n      hls_playlist_length 8s;\n"
                + "      dash on;\n      dash_path " + dash.resolve("live") + ";\n      dash_fragment 1s;\n"
                + "      dash_playlist_length 8s;\n    }\n  }\n}\n"
                + "http {\n  access_log " + folder.resolve("access.log") + " combined;\n"
                + "  client_body_temp_path " + folder.resolve("t1") + ";\n  proxy_temp_path " + folder.resolve("t2")
                + ";\n  fastcgi_temp_path " + folder.resolve("t3") + ";\n  uwsgi_temp_path " + folder.resolve("t4")
                + ";\n  scgi_temp_path " + folder.resolve("t5") + ";\n"
                + "  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; application/dash+xml mpd;"
                + " video/mp4 m4v; audio/mp4 m4a; }\n"
                + "  server {\n    listen 127.0.0.1:" + httpPort + ";\n    root " + hls
                + ";\n    location ~ \\.m3u8$ { add_header Cache-Control no-cache; }\n"
                + "    location ~ \\.(mpd|m4v|m4a)$ { root " + dash + "; }\n  }\n}\n";
    }

    public String name() {
        return name;
    }

    public int rtmpPort() {
        return rtmpPort;
    }

    public int httpPort() {
        return httpPort;
    }

    @Override
    public void close() {
        process.close();
    }
}
