package io.millrace.control.store.mesh;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.MovableClock;
import io.millrace.model.settings.ClusterToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jgroups.util.Util;

/** Control planes of one mesh in this process, on loopback, by their number. */
final class MeshCluster implements AutoCloseable {

    static final Timing TIMING = new Timing(
            Duration.ofMillis(700),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ZERO);

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final ClusterToken SECRET = ClusterToken.of("0123456789abcdef-token-of-the-tests");

    final MovableClock clock = new MovableClock();
    private final String name = "mesh-" + NAMES.incrementAndGet();
    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final Map<Integer, MeshStores> running = new LinkedHashMap<>();

    MeshCluster(Path folder, int size) throws IOException {
        this.folder = folder;
        List<ServerSocket> taken = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            taken.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : taken) {
            socket.close();
        }
    }

    MeshStores start(int number) {
        return start(number, SECRET);
    }

    MeshStores start(int number, ClusterToken secret) {
        String peers = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        MeshSettings settings =
                MeshSettings.of(Optional.of(peers), Integer.toString(ports.get(number)), Optional.empty());
        String data = folder.resolve("node-" + number).toString();
        MeshStores stores = new MeshStores(settings, name, clock, new ObjectMapper(), secret, data, TIMING);
        running.put(number, stores);
        return stores;
    }

    void startAll() {
        for (int number = 0; number < ports.size(); number++) {
            start(number);
        }
        awaitWritable();
    }

    MeshStores node(int number) {
        return java.util.Objects.requireNonNull(running.get(number));
    }

    boolean isRunning(int number) {
        return running.containsKey(number);
    }

    List<MeshStores> all() {
        return List.copyOf(running.values());
    }

    /** The others are told that it leaves. */
    void stop(int number) {
        java.util.Objects.requireNonNull(running.remove(number)).close();
    }

    /** As kill -9 does: connections end, and nothing is said. */
    void kill(int number) throws Exception {
        MeshStores stores = java.util.Objects.requireNonNull(running.remove(number));
        Util.shutdown(((MeshChannel) stores.node().transport()).channel());
        stores.close();
    }

    void awaitWritable() {
        all().forEach(MeshCluster::awaitWritable);
    }

    static void awaitWritable(KeyedStores stores) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> stores.status().writable());
    }

    /** Lets everything that was written and touched be known to all, then what is due expire, and that be known to all. */
    void settle() throws Exception {
        for (int i = 0; i < 2; i++) {
            for (MeshStores stores : all()) {
                stores.node().settle().get(5, TimeUnit.SECONDS);
            }
        }
    }

    void advance(Duration by) throws Exception {
        settle();
        clock.advance(by);
        settle();
    }

    @Override
    public void close() {
        all().forEach(MeshStores::close);
        running.clear();
    }
}
