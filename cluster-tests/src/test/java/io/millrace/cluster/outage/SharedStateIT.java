package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several control planes on one Redis. What takes longer than a test may is in {@link RedisDrill}. */
class SharedStateIT extends SharedStateScenario {

    /** An operator's change on one control plane shows on all within this time. */
    private static final Duration SHOWN = Duration.ofSeconds(1);

    private @Nullable RedisServer started;

    @Override
    List<Map<String, String>> controlPlanes() throws IOException {
        RedisServer redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
        started = redis;
        return Collections.nCopies(3, redis.settings());
    }

    @Override
    void stopStore() {
        if (started != null) {
            started.close();
        }
    }

    private RedisServer redis() {
        return Objects.requireNonNull(started);
    }

    @Test
    void whatOneControlPlaneIsToldAllKnowAndAllAnswerAlike() throws IOException {
        assertThat(three.api().get("/api/v1/origins").items()).hasSize(3);
        awaitOneTable();

        NginxOrigin closed = origins.getFirst();
        assertThat(three.api()
                        .send("PATCH", "/api/v1/origins/" + Cluster.id(closed), "{\"admission\":\"cordoned\"}")
                        .status())
                .isEqualTo(200);
        Await.until(
                SHOWN,
                "a change at one shows at all",
                () -> admission(one, closed).equals("cordoned")
                        && admission(two, closed).equals("cordoned"),
                () -> admission(one, closed) + " " + admission(two, closed));
        awaitOneTable();

        for (int i = 0; i < 4; i++) {
            boolean even = i % 2 == 0;
            publish("shared" + i, even ? first : second, even ? second : first);
            assertThat(cluster.recorder().origins("publish", "shared" + i)).doesNotContain(closed.name());
            awaitBound(three, "shared" + i);
        }
        assertThat(one.api().get("/api/v1/workers").items()).hasSize(2);
        assertThat(three.api().get("/api/v1/workers").items()).hasSize(2);
        nobodyNoticed("shared0", "shared1", "shared2", "shared3");
    }

    @Test
    void workersChangeOverWhenTheirControlPlaneDiesAndNobodyNotices() throws IOException {
        publish("known", first, second);
        try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
            viewer.awaitMoreFrames(10, SOON);
            awaitOneTable();
            one.kill();

            publish("fresh", first, second);
            awaitBound(three, "fresh");
            // What those that are left decide reaches the worker that changed over.
            String before = tableVersion(two);
            assertThat(weigh(three, origins.getFirst(), 3)).isEqualTo(200);
            Await.until(
                    SOON,
                    "both workers have the newest table",
                    () -> !tableVersion(two).equals(before)
                            && two.api().get("/api/v1/workers").items().stream()
                                    .allMatch(worker ->
                                            worker.at("/table/version").asText().equals(tableVersion(two))),
                    () -> tableVersion(two) + " "
                            + two.api().get("/api/v1/workers").text());
            viewer.awaitMoreFrames(20, SOON);
            one.restart();
            awaitOneTable();
            nobodyNoticed("known");
        }
    }

    @Test
    void aStoreThatIsKilledAndComesBackEmptyLosesNothing() throws IOException {
        NginxOrigin heavy = origins.getLast();
        assertThat(weigh(one, heavy, 7)).isEqualTo(200);
        publish("known", first, second);
        try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
            awaitBound(three, "known");
            awaitOneTable();
            String epoch = tableEpoch(one);
            redis().kill();

            awaitReady(false);
            for (int i = 0; i < 4; i++) {
                publish("alone" + i, first, second);
            }
            assertThat(weigh(one, heavy, 9)).isEqualTo(503);
            viewer.awaitMoreFrames(20, SOON);

            redis().restart();
            awaitReady(true);
            for (int i = 0; i < 4; i++) {
                awaitBound(two, "alone" + i);
            }
            awaitBound(one, "known");
            for (ControlPlane each : cluster.controlPlanes()) {
                assertThat(weight(each, heavy)).isEqualTo(7);
            }
            awaitOneTable();
            assertThat(tableEpoch(one)).isEqualTo(epoch);
            viewer.awaitMoreFrames(20, SOON);
            nobodyNoticed("known", "alone0", "alone1", "alone2", "alone3");
        }
    }
}
