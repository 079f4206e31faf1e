package io.millrace.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx with its RTMP module: an origin that knows nothing of us. It can be killed and started again at the same port. */
public final class NginxOrigin implements AutoCloseable {

    /** The apps that every origin of a test has. */
    private static final List<String> APPS = List.of("live", "other", "app/a");

    private static final int DEFAULT_CHUNK_SIZE = 4_096;

    private final String name;
    private final Path folder;
    private final int port = Ports.reserve();
    private ManagedProcess process;

    private NginxOrigin(String name, Path folder, String callbacks, int chunkSize) {
        this.name = name;
        this.folder = folder;
        Nginx.configure(folder, configuration(callbacks, chunkSize));
        process = launch();
    }

    /** @param folder empty, its own */
    public static NginxOrigin start(String name, Path folder, CallbackRecorder callbacks) {
        return start(name, folder, callbacks, DEFAULT_CHUNK_SIZE);
    }

    public static NginxOrigin start(String name, Path folder, CallbackRecorder callbacks, int chunkSize) {
        String url = callbacks.url(name);
        StringBuilder directives = new StringBuilder();
        for (String event : List.of("publish", "play", "publish_done", "play_done")) {
            directives.append("      on_").append(event).append(' ').append(url).append(";\n");
        }
        return started(new NginxOrigin(name, folder, directives.toString(), chunkSize));
    }

    /** Without callbacks, for measuring. */
    public static NginxOrigin start(String name, Path folder) {
        return started(new NginxOrigin(name, folder, "", DEFAULT_CHUNK_SIZE));
    }

    private static NginxOrigin started(NginxOrigin origin) {
        origin.awaitListening();
        return origin;
    }

    private String configuration(String callbacks, int chunkSize) {
        StringBuilder apps = new StringBuilder();
        for (String app : APPS) {
            apps.append("    application ")
                    .append(app)
                    .append(" {\n      live on;\n")
                    .append(callbacks)
                    .append("    }\n");
        }
        return Nginx.preamble(folder, "ngx_rtmp_module.so", 1)
                + "rtmp {\n  server {\n    listen 127.0.0.1:" + port + ";\n    chunk_size " + chunkSize
                + ";\n    notify_method post;\n" + apps + "  }\n}\n";
    }

    private ManagedProcess launch() {
        return Nginx.launch(name, folder);
    }

    private void awaitListening() {
        process.awaitStart(Duration.ofSeconds(10), "listens on " + port, () -> Listening.at(port));
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public String rtmp(String appAndStream) {
        return "rtmp://127.0.0.1:" + port + "/" + appAndStream;
    }

    public ManagedProcess process() {
        return process;
    }

    public void kill() {
        process.kill();
    }

    public void restart() {
        process.close();
        process = launch();
        awaitListening();
    }

    @Override
    public void close() {
        process.close();
    }
}
