package io.millrace.cluster.origin;

import io.millrace.cluster.process.Listening;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx with its RTMP module: an origin that knows nothing of us. It can be killed and started again at the same port. */
public final class NginxOrigin implements AutoCloseable {

    /** The apps that every origin of a test has. */
    private static final List<String> APPS = List.of("live", "other", "app/a");

    private static final String LOOPBACK = "127.0.0.1";
    private static final int DEFAULT_CHUNK_SIZE = 4_096;

    private final String name;
    private final String host;
    private final Path folder;
    private final int port = Ports.reserve();
    private ManagedProcess process;

    private NginxOrigin(String name, String host, Path folder, String callbacks, int chunkSize) {
        this.name = name;
        this.host = host;
        this.folder = folder;
        Nginx.configure(folder, configuration(callbacks, chunkSize));
        process = launch();
    }

    /** @param folder empty, its own */
    public static NginxOrigin start(String name, Path folder, CallbackRecorder callbacks) {
        return start(name, folder, callbacks, DEFAULT_CHUNK_SIZE);
    }

    /** @param host the address it listens on */
    public static NginxOrigin start(String name, String host, Path folder, CallbackRecorder callbacks) {
        return started(new NginxOrigin(name, host, folder, callbacksOf(name, callbacks), DEFAULT_CHUNK_SIZE));
    }

    public static NginxOrigin start(String name, Path folder, CallbackRecorder callbacks, int chunkSize) {
        return started(new NginxOrigin(name, LOOPBACK, folder, callbacksOf(name, callbacks), chunkSize));
    }

    private static String callbacksOf(String name, CallbackRecorder callbacks) {
        String url = callbacks.url(name);
        StringBuilder directives = new StringBuilder();
        for (String event : List.of("publish", "play", "publish_done", "play_done")) {
            directives.append("      on_").append(event).append(' ').append(url).append(";\n");
        }
        return directives.toString();
    }

    /** Without callbacks, for measuring. */
    public static NginxOrigin start(String name, Path folder) {
        return started(new NginxOrigin(name, LOOPBACK, folder, "", DEFAULT_CHUNK_SIZE));
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
                + "rtmp {\n  server {\n    listen " + host + ":" + port + ";\n    chunk_size " + chunkSize
                + ";\n    notify_method post;\n" + apps + "  }\n}\n";
    }

    private ManagedProcess launch() {
        return Nginx.launch(name, folder);
    }

    private void awaitListening() {
        process.awaitStart(Duration.ofSeconds(10), "listens on " + port, () -> Listening.at(host, port));
    }

    public String name() {
        return name;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String rtmp(String appAndStream) {
        return "rtmp://" + host + ":" + port + "/" + appAndStream;
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
