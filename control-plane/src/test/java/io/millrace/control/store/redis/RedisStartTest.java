package io.millrace.control.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.start.CannotStartException;
import io.millrace.control.store.Versioned;
import io.millrace.control.store.file.FileSnapshots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How control planes come to their server, and what they bring along. */
class RedisStartTest {

    @TempDir
    Path folder;

    @Test
    void refusesToStartOnDataThatANewerVersionWrote() {
        try (RedisServer server = RedisServer.start()) {
            server.cli("set", "millrace:format", "2");
            assertThatThrownBy(() -> start(server))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("format 2")
                    .hasMessageContaining("this version understands 1")
                    .hasMessageContaining("MILLRACE_REDIS_PREFIX");
        }
    }

    @Test
    void writesTheFormatItUses() {
        try (RedisServer server = RedisServer.start();
                Replica replica = start(server)) {
            assertThat(replica.engine.status().writable()).isTrue();
            assertThat(server.cli("get", "millrace:format")).isEqualTo("1");
        }
    }

    @Test
    void aNewerFormatThatAppearsLaterIsAnOutage() {
        try (RedisServer server = RedisServer.start();
                Replica replica = start(server)) {
            server.cli("set", "millrace:format", "2");
            server.cli("client", "kill", "type", "normal");
            replica.awaitWritable(false);
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> replica.engine.status().why().contains("format 2"));
            server.cli("set", "millrace:format", "1");
            replica.awaitWritable(true);
        }
    }

    @Test
    void aWrongPasswordIsAnOutageThatNamesItAndEndsWithTheRightOne() {
        try (RedisServer server = RedisServer.start("--requirepass", "right");
                Replica replica = Replica.start(
                        RedisSettings.url("redis://:wr0ng@127.0.0.1:" + server.port()), "millrace", Scripts.PRELUDE);
                Replica without = start(server)) {
            assertThat(replica.engine.status().why()).contains("WRONGPASS").doesNotContain("wr0ng");
            assertThat(without.engine.status().why()).contains("NOAUTH");
            server.cli("-a", "right", "config", "set", "requirepass", "wr0ng");
            replica.awaitWritable(true);
        }
    }

    @Test
    void whatOperatorsConfiguredComesBackFromTheDiskOfAControlPlane() throws Exception {
        Versioned<String> kept;
        try (RedisServer server = RedisServer.start()) {
            try (Replica replica = start(server)) {
                RedisStore<String, String> store = durable(replica);
                kept = Objects.requireNonNull(
                        store.compareAndSet("vhost", 0, "settings", null).current());
                var _ = store.compareAndSet("for a while", 0, "x", Duration.ofMinutes(1));
                Awaitility.await()
                        .pollInSameThread()
                        .pollDelay(Duration.ZERO)
                        .atMost(Duration.ofSeconds(5))
                        .until(() ->
                                Files.exists(file()) && Files.readString(file()).contains("settings"));
            }
            server.kill();
            int port = server.port();
            try (Replica alone = start(server)) {
                assertThat(alone.engine.status().writable()).isFalse();
                RedisStore<String, String> store = durable(alone);
                assertThat(store.find("vhost")).contains(kept);
                assertThat(store.size()).isEqualTo(1);
                server.run();
                assertThat(server.port()).isEqualTo(port);
                alone.awaitWritable(true);
                assertThat(store.ask("vhost")).contains(kept);
                assertThat(store.remove("vhost", kept.version())).isTrue();
            }
            try (Replica again = start(server)) {
                assertThat(durable(again).find("vhost")).isEmpty();
            }
        }
    }

    @Test
    void anOldFileDoesNotOverwriteWhatTheServerKnows() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            try (Replica replica = start(server)) {
                var _ = durable(replica).compareAndSet("vhost", 0, "old", null);
            }
            byte[] old = Files.readAllBytes(file());
            Versioned<String> newer;
            try (Replica replica = start(server)) {
                RedisStore<String, String> store = durable(replica);
                long version = store.find("vhost").orElseThrow().version();
                newer = Objects.requireNonNull(
                        store.compareAndSet("vhost", version, "new", null).current());
            }
            Files.write(file(), old);
            try (Replica replica = start(server)) {
                RedisStore<String, String> store = durable(replica);
                assertThat(store.find("vhost")).contains(newer);
            }
        }
    }

    @Test
    void speaksTlsAndTrustsOnlyTheGivenCertificate() {
        List<String> make = List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                folder.resolve("cert.pem").toString());
        var _ = RedisServer.output(make);
        String cert = folder.resolve("cert.pem").toString();
        int tlsPort = RedisServer.freePort();
        try (RedisServer server = RedisServer.start(
                        "--tls-port",
                        Integer.toString(tlsPort),
                        "--tls-auth-clients",
                        "no",
                        "--tls-cert-file",
                        cert,
                        "--tls-key-file",
                        folder.resolve("key.pem").toString());
                Replica trusting = Replica.start(
                        RedisSettings.url("rediss://127.0.0.1:" + tlsPort, cert), "millrace", Scripts.PRELUDE);
                Replica strict = Replica.start(
                        RedisSettings.url("rediss://127.0.0.1:" + tlsPort), "millrace", Scripts.PRELUDE)) {
            assertThat(server.port()).isPositive();
            trusting.awaitWritable(true);
            assertThat(trusting.shared("things")
                            .compareAndSet("a", 0, "1", null)
                            .written())
                    .isTrue();
            assertThat(strict.engine.status().writable()).isFalse();
        }
    }

    @Test
    void followsAFailOverAndPutsBackWhatTheNewMasterNeverGot() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Replica one = Replica.start(RedisSettings.url(sentinels.url()), "millrace", Scripts.PRELUDE);
                Replica two = Replica.start(RedisSettings.url(sentinels.url()), "millrace", Scripts.PRELUDE)) {
            RedisStore<String, String> here = one.shared("things");
            RedisStore<String, String> there = two.shared("things");
            Versioned<String> replicated = Objects.requireNonNull(
                    here.compareAndSet("replicated", 0, "1", null).current());
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .until(() -> sentinels
                            .replica
                            .cli("hlen", "millrace:{things}:entries")
                            .equals("1"));
            sentinels.replica.stop();
            Versioned<String> lost = Objects.requireNonNull(
                    here.compareAndSet("lost", 0, "2", null).current());
            Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).until(() -> there.size() == 2);
            sentinels.master.kill();
            sentinels.replica.goOn();
            one.awaitWritable(false);
            two.awaitWritable(false);
            sentinels.awaitFailover();
            one.awaitWritable(true);
            two.awaitWritable(true);
            assertThat(there.ask("replicated")).contains(replicated);
            assertThat(here.ask("lost")).contains(lost);
            assertThat(there.ask("lost")).contains(lost);
            assertThat(there.compareAndSet("lost", lost.version(), "3", null).written())
                    .isTrue();
        }
    }

    private static Replica start(RedisServer server) {
        return Replica.start(RedisSettings.url("redis://127.0.0.1:" + server.port()), "millrace", Scripts.PRELUDE);
    }

    private RedisStore<String, String> durable(Replica replica) {
        return replica.engine.open(
                "config",
                new Codec<>(Replica.JSON, String.class, String.class),
                new KeptOnDisk<>(new FileSnapshots<>(file(), Replica.JSON, String.class, String.class)));
    }

    private Path file() {
        return folder.resolve("config.redis.json");
    }
}
