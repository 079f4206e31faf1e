package io.millrace.control.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A master, its replica, and three Sentinels that watch them. */
final class RedisSentinels implements AutoCloseable {

    final RedisServer master;
    final RedisServer replica;
    final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels(RedisServer master, RedisServer replica) {
        this.master = master;
        this.replica = replica;
    }

    static RedisSentinels start() {
        RedisServer master = RedisServer.start("--repl-diskless-sync-delay", "0");
        RedisServer replica =
                RedisServer.start("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
        RedisSentinels all = new RedisSentinels(master, replica);
        eventually(() -> replica.cli("info", "replication").contains("master_link_status:up"));
        for (int i = 0; i < 3; i++) {
            all.sentinels.add(RedisServer.startSentinel("""
                    sentinel monitor mymaster 127.0.0.1 %d 2
                    sentinel down-after-milliseconds mymaster 1000
                    sentinel failover-timeout mymaster 3000
                    """.formatted(master.port())));
        }
        eventually(() -> all.sentinels.stream()
                .map(sentinel -> sentinel.cli("sentinel", "master", "mymaster"))
                .allMatch(said -> said.contains("num-other-sentinels\n2") && said.contains("num-slaves\n1")));
        return all;
    }

    /** Until the Sentinels have made the other one master. */
    void awaitFailover() {
        eventually(() -> replica.cli("role").startsWith("master")
                && sentinels.stream()
                        .allMatch(sentinel -> sentinel.cli("sentinel", "get-master-addr-by-name", "mymaster")
                                .endsWith(Integer.toString(replica.port()))));
    }

    private static void eventually(java.util.concurrent.Callable<Boolean> check) {
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(30))
                .until(check);
    }

    String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/mymaster"));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        replica.close();
        master.close();
    }
}
