package io.millrace.control.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A Redis Cluster of three masters. */
final class RedisCluster implements AutoCloseable {

    final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = nodes;
    }

    static RedisCluster start() {
        List<RedisServer> nodes = IntStream.range(0, 3)
                .mapToObj(i -> RedisServer.start(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-port",
                        Integer.toString(RedisServer.freePort()),
                        "--cluster-node-timeout",
                        "1000"))
                .toList();
        RedisCluster cluster = new RedisCluster(nodes);
        List<String> create = new ArrayList<>(List.of("redis-cli", "--cluster", "create"));
        nodes.forEach(node -> create.add("127.0.0.1:" + node.port()));
        create.add("--cluster-yes");
        String said = RedisServer.output(create);
        if (!said.contains("All 16384 slots covered")) {
            cluster.close();
            throw new IllegalStateException(said);
        }
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(15))
                .until(() -> nodes.stream()
                        .allMatch(node -> node.cli("cluster", "info").contains("cluster_state:ok")));
        return cluster;
    }

    String url() {
        return nodes.stream()
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
