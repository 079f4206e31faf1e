package io.millrace.control.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.routing.TablePublisher;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickWindow.class)
class LongPollScaleTest {

    private static final int WORKERS = 300;

    @Inject
    TablePublisher publisher;

    @Inject
    ConfigRepository config;

    @Test
    void answers300WaitingWorkersWithinASecondOfAChange() {
        await().atMost(Duration.ofSeconds(10)).until(() -> publisher.current().isPresent());
        String have = publisher.current().orElseThrow().version().toString();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<Long>> answeredAt = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                URI uri = InternalApi.uri("/internal/v1/routing-table?worker=w" + i + "&waitMillis=30000&have=" + have);
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + QuickWindow.TOKEN)
                        .build();
                answeredAt.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                        .thenApply(answer -> {
                            assertThat(answer.statusCode()).isEqualTo(200);
                            assertThat(answer.body()).contains("\"delta\":{");
                            return System.nanoTime();
                        }));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> publisher.waiting() == WORKERS);
            // Waiting workers hold no thread: others are served meanwhile.
            given().get("/api/v1/workers").then().statusCode(200);
            long begin = System.nanoTime();
            config.update(document -> document.withVhosts(List.of("scale.example")));
            long slowest = answeredAt.stream()
                    .mapToLong(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join())
                    .max()
                    .orElseThrow();
            assertThat(Duration.ofNanos(slowest - begin)).isLessThan(Duration.ofSeconds(1));
        }
    }
}
