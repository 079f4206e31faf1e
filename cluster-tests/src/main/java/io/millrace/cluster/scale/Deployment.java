package io.millrace.cluster.scale;

import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Ports;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The control planes of a run, and the store that they share. */
final class Deployment implements AutoCloseable {

    private final Path folder;
    private final List<ControlPlane> planes = new ArrayList<>();
    private @Nullable RedisServer redis;

    Deployment(ScaleSettings settings) throws IOException {
        folder = Files.createTempDirectory("millrace-scale");
        try {
            Map<String, String> environment = new HashMap<>();
            // The simulation begins with an empty cluster; a window would only put off the first request.
            environment.put("MILLRACE_REBUILD_WINDOW", "0s");
            environment.put("PROXY_LOAD_BALANCER_TYPE", settings.store().word());
            if (settings.store() == StoreKind.REDIS) {
                RedisServer started = RedisServer.start(Files.createDirectory(folder.resolve("redis")));
                redis = started;
                environment.putAll(started.settings());
            }
            List<String> members = new ArrayList<>();
            for (int i = 0; i < settings.store().planes(); i++) {
                members.add("127.0.0.1:" + Ports.reserve());
            }
            for (int i = 0; i < settings.store().planes(); i++) {
                Map<String, String> own = new HashMap<>(environment);
                if (settings.store() == StoreKind.MESH) {
                    own.put("MILLRACE_MESH_LISTEN", members.get(i));
                    own.put("MILLRACE_MESH_PEERS", String.join(",", members));
                }
                planes.add(ControlPlane.launch(
                        Files.createDirectory(folder.resolve("plane-" + i)), Machine.HERE, own, settings.planeJvm()));
            }
            // Only now: those of a mesh are ready together.
            planes.forEach(ControlPlane::awaitReady);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    List<ControlPlane> planes() {
        return planes;
    }

    List<Integer> ports() {
        return planes.stream().map(plane -> URI.create(plane.url()).getPort()).toList();
    }

    /** The process of the shared store; empty where there is none. */
    List<Long> storePids() {
        RedisServer there = redis;
        return there == null ? List.of() : there.process().pids();
    }

    @Override
    public void close() {
        planes.forEach(ControlPlane::close);
        RedisServer there = redis;
        if (there != null) {
            there.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
