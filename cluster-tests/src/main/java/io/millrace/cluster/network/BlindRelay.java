package io.millrace.cluster.network;

import io.millrace.cluster.origin.Nginx;
import io.millrace.cluster.process.Listening;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A TCP relay in C that knows nothing of media: what Millrace is measured against. */
public final class BlindRelay implements AutoCloseable {

    private static final int WORKERS = 2;

    private final String name;
    private final int port;
    private final ManagedProcess process;

    private BlindRelay(String name, int port, ManagedProcess process) {
        this.name = name;
        this.port = port;
        this.process = process;
        process.awaitStart(Duration.ofSeconds(10), "listens on " + port, () -> Listening.at(port));
    }

    public static BlindRelay haproxy(Path folder, int targetPort) {
        int port = Ports.reserve();
        Path file = folder.resolve("haproxy.cfg");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, """
                    global
                      nbthread %d
                      maxconn 4096
                    defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 60s
                      timeout server 60s
                    listen relay
                      bind 127.0.0.1:%d
                      server origin 127.0.0.1:%d
                    """.formatted(WORKERS, port, targetPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path installed = Path.of("/usr/sbin/haproxy");
        String program = Files.isExecutable(installed) ? installed.toString() : "haproxy";
        return new BlindRelay(
                "haproxy",
                port,
                ManagedProcess.start(
                        "haproxy", folder, Map.of(), List.of(program, "-db", "-q", "-f", file.toString())));
    }

    public static BlindRelay nginxStream(Path folder, int targetPort) {
        int port = Ports.reserve();
        Nginx.configure(
                folder,
                Nginx.preamble(folder, "ngx_stream_module.so", WORKERS)
                        + "stream { server { listen 127.0.0.1:" + port
                        + " reuseport; tcp_nodelay on; proxy_pass 127.0.0.1:"
                        + targetPort + "; } }\n");
        return new BlindRelay("nginx-stream", port, Nginx.launch("nginx-stream", folder));
    }

    /** For datagrams; the TCP server at the same port only shows that it is up. */
    public static BlindRelay nginxDatagrams(Path folder, int targetPort) {
        int port = Ports.reserve();
        Nginx.configure(
                folder,
                Nginx.preamble(folder, "ngx_stream_module.so", WORKERS)
                        + "stream { server { listen 127.0.0.1:" + port + " udp reuseport; proxy_pass 127.0.0.1:"
                        + targetPort + "; } server { listen 127.0.0.1:" + port + "; return ''; } }\n");
        return new BlindRelay("nginx-datagrams", port, Nginx.launch("nginx-datagrams", folder));
    }

    /** Not so blind: an HTTP proxy that passes on what it gets when it gets it. */
    public static BlindRelay nginxHttp(Path folder, int targetPort) {
        int port = Ports.reserve();
        String server = "http { access_log off; server { listen 127.0.0.1:" + port + " reuseport; tcp_nodelay on;"
                + " location / { proxy_pass http://127.0.0.1:" + targetPort
                + "; proxy_http_version 1.1; proxy_set_header Connection close; proxy_buffering off; } } }\n";
        Nginx.configure(folder, Nginx.preamble(folder, "ngx_stream_module.so", WORKERS) + server);
        return new BlindRelay("nginx-http", port, Nginx.launch("nginx-http", folder));
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public List<Long> pids() {
        return process.pids();
    }

    @Override
    public void close() {
        process.close();
    }
}
