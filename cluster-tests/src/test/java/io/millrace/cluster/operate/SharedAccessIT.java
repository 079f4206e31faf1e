package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.rtmp.RtmpClient;
import io.millrace.cluster.rtmp.RtmpException;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bans, limits of vhosts and keys of signed URLs, with two control planes and a worker that reports to each. */
class SharedAccessIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private RedisServer redis;
    private Cluster cluster;
    private ControlPlane one;
    private ControlPlane two;
    private Worker atOne;
    private Worker atTwo;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
        cluster = new Cluster(folder, List.of(redis.settings(), redis.settings()));
        cluster.origin("origin-a");
        one = cluster.controlPlanes().getFirst();
        two = cluster.controlPlanes().getLast();
        atOne = cluster.worker("at-one", "127.0.0.1", one.url(), Map.of(), List.of());
        atTwo = cluster.worker("at-two", "127.0.0.1", two.url(), Map.of(), List.of());
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
        redis.close();
    }

    private static Http.Answer send(ControlPlane to, String method, String path, String body) {
        Http.Answer answer = to.api().send(method, path, body);
        assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
        return answer;
    }

    private static boolean isOpen(RtmpClient client) {
        try {
            return client.isOpen();
        } catch (IOException closed) {
            return false;
        }
    }

    private static RtmpClient published(Worker worker) {
        List<RtmpClient> published = new ArrayList<>();
        Await.until(SOON, "the publisher is let in", () -> {
            try {
                published.add(RtmpClient.publish(worker.rtmp("live/show")));
                return true;
            } catch (IOException refused) {
                return false;
            }
        });
        return published.getFirst();
    }

    @Test
    void aRevocationAtOneControlPlaneEndsWhatRunsAtTheOthersWorkerAndIsLiftedAtAny() throws IOException {
        try (RtmpClient publisher = published(atTwo)) {
            String id = send(one, "POST", "/api/v1/sessions/revoke", "{\"stream\":\"show\",\"intent\":\"publish\"}")
                    .json()
                    .path("id")
                    .asText();
            Await.until(SOON, "the publisher has ended", () -> !isOpen(publisher));
            assertThatThrownBy(() -> RtmpClient.publish(atOne.rtmp("live/show")))
                    .isInstanceOf(RtmpException.class);
            assertThat(two.api().get("/api/v1/bans").items()).hasSize(1);
            send(two, "DELETE", "/api/v1/bans/" + id, "");
        }
        try (RtmpClient again = published(atOne)) {
            assertThat(again.isOpen()).isTrue();
        }
    }

    @Test
    void aKeyThatIsMadeAtOneControlPlaneIsKnownToTheWorkersOfBothAndToNobodyElse() throws IOException {
        String secret = send(one, "POST", "/api/v1/access/keys", "{\"name\":\"cameras\"}")
                .json()
                .path("secret")
                .asText();
        assertThat(secret).hasSize(43);
        // At once, while the other may not have been told of the key yet.
        send(
                two,
                "PUT",
                "/api/v1/access/rules",
                "{\"rules\":[{\"name\":\"cams\",\"stream\":\"cam*\",\"publish\":{\"type\":\"signed\",\"keys\":[\"cameras\"]}}]}");
        Await.until(
                SOON,
                "both workers have the key",
                () -> holding("routing-table.json", secret).size() == 2);
        assertThat(one.api().send("DELETE", "/api/v1/access/keys/cameras", "").status())
                .isEqualTo(409);
        Await.until(
                SOON,
                "both control planes keep it",
                () -> holding("access-keys", secret).size() == 2);
        for (Path file : holding("", secret)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
        for (ManagedProcess process : List.of(one.process(), two.process(), atOne.process(), atTwo.process())) {
            assertThat(process.output()).noneMatch(line -> line.contains(secret));
        }

        two.kill();
        two.restart();
        send(one, "PUT", "/api/v1/access/rules", "{\"rules\":[]}");
        Await.until(
                SOON,
                "no worker has the key",
                () -> holding("routing-table.json", secret).isEmpty());
        Await.until(
                SOON,
                "the other knows that no rule names it",
                () -> two.api()
                                .send("DELETE", "/api/v1/access/keys/cameras", "")
                                .status()
                        == 204);
        assertThat(one.api().get("/api/v1/access/keys").items()).isEmpty();
    }

    /** Files of either plane with a secret in them. */
    private List<Path> holding(String name, String secret) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name))
                    .filter(file -> !file.startsWith(folder.resolve("redis")))
                    .filter(file -> holds(file, secret))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holds(Path file, String secret) {
        try {
            return Files.isRegularFile(file)
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret);
        } catch (IOException replacedMeanwhile) {
            return false;
        }
    }

    @Test
    void aLimitOfViewersHoldsOverWorkersOfBothAndGoesOnWhenOneEnds() throws IOException {
        send(one, "PUT", "/api/v1/limits", "{\"limits\":[{\"vhost\":\"*\",\"maxViewers\":3}]}");
        List<RtmpClient> viewers = new ArrayList<>();
        try (RtmpClient publisher = published(atOne)) {
            Await.until(SOON, "both have the limits", () -> limits(one) == 1 && limits(two) == 1);
            Await.until(SOON, "there are as many as may be", () -> {
                play(atOne, viewers);
                play(atTwo, viewers);
                return use(one) == 3 && use(two) == 3 && open(viewers) == 3;
            });
            one.kill();
            Await.until(SOON, "the other one forgets its worker", () -> use(two) < 3);
            Await.until(SOON, "its worker may have more again", () -> {
                play(atTwo, viewers);
                return use(two) == 3;
            });
            int before = viewers.size();
            play(atOne, viewers);
            assertThat(viewers)
                    .as("a worker without a control plane keeps to what it was told")
                    .hasSize(before);
            assertThat(publisher.isOpen()).isTrue();
        } finally {
            for (RtmpClient viewer : viewers) {
                viewer.close();
            }
        }
    }

    private static int limits(ControlPlane at) {
        return at.api().get("/api/v1/limits").json().path("limits").size();
    }

    private static int use(ControlPlane at) {
        return at.api()
                .get("/api/v1/limits")
                .json()
                .path("use")
                .path(0)
                .path("viewers")
                .asInt();
    }

    private static long open(List<RtmpClient> viewers) {
        return viewers.stream().filter(SharedAccessIT::isOpen).count();
    }

    private static void play(Worker worker, List<RtmpClient> viewers) {
        try {
            viewers.add(RtmpClient.play(worker.rtmp("live/show")));
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("maxViewers");
        }
    }
}
