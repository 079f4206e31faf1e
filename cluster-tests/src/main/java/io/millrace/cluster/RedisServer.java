package io.millrace.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A redis-server. It can be killed and started again at the same port, without its data unless it keeps them on disk. */
public final class RedisServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final String host;
    private final List<String> options;
    private final int port = Ports.reserve();
    private ManagedProcess process;

    private RedisServer(Path folder, String host, List<String> options) {
        this.folder = folder;
        this.host = host;
        this.options = options;
        this.process = launch();
    }

    /** One that keeps nothing on disk. */
    public static RedisServer start(Path folder) {
        return start(folder, List.of("--save", "", "--appendonly", "no"));
    }

    /** @param options as on its command line */
    public static RedisServer start(Path folder, List<String> options) {
        RedisServer started = new RedisServer(folder, "127.0.0.1", options);
        started.awaitListening();
        return started;
    }

    private ManagedProcess launch() {
        List<String> command = new ArrayList<>(
                List.of("redis-server", "--bind", host, "--port", Integer.toString(port), "--dir", folder.toString()));
        command.addAll(options);
        return ManagedProcess.start("redis", folder, Map.of(), command);
    }

    private void awaitListening() {
        process.awaitStart(START_LIMIT, "listens on " + port, () -> Listening.at(port));
    }

    /** What a control plane is told to use this store. */
    public Map<String, String> settings() {
        return settings(port);
    }

    /** @param reachedAt where it is reached by way of something else */
    public Map<String, String> settings(int reachedAt) {
        return Map.of(
                "PROXY_LOAD_BALANCER_TYPE",
                "redis",
                "PROXY_REDIS_HOST",
                host,
                "PROXY_REDIS_PORT",
                Integer.toString(reachedAt));
    }

    public int port() {
        return port;
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
