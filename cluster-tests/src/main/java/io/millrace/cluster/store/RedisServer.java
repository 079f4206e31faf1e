package io.millrace.cluster.store;

import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Listening;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A redis-server. It can be killed and started again at the same port, without its data unless it keeps them on disk. */
public final class RedisServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final Machine machine;
    private final List<String> options;
    private final int port = Ports.reserve();
    private ManagedProcess process;

    private RedisServer(Path folder, Machine machine, List<String> options) {
        this.folder = folder;
        this.machine = machine;
        this.options = options;
        this.process = launch();
    }

    /** One that keeps nothing on disk. */
    public static RedisServer start(Path folder) {
        return start(folder, List.of("--save", "", "--appendonly", "no"));
    }

    /** @param options as on its command line */
    public static RedisServer start(Path folder, List<String> options) {
        return start(folder, Machine.HERE, options);
    }

    public static RedisServer start(Path folder, Machine machine, List<String> options) {
        RedisServer started = new RedisServer(folder, machine, options);
        started.awaitListening();
        return started;
    }

    private ManagedProcess launch() {
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", machine.everywhere(), "--protected-mode", "no", "--dir", folder.toString()));
        command.addAll(options);
        return ManagedProcess.start("redis", folder, Map.of(), machine.command(command));
    }

    private void awaitListening() {
        process.awaitStart(START_LIMIT, "listens on " + port, () -> Listening.at(machine.access(), port));
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
                machine.cluster(),
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
