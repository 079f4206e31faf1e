package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.Roles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many requests of somebody who may do nothing, while somebody who may works on. */
@QuarkusTest
@TestProfile(ManyRefusals.class)
class CallersWithoutCredentialsTest {

    private static final int REQUESTS = 10_000;
    private static final int AT_ONCE = 100;
    private static final int WORKS_EVERY = 500;

    @Inject
    RefusedCallers refused;

    @Test
    @Timeout(300)
    void areRefusedWithoutCostToOthersOrToTheLog() throws Exception {
        String secret = given().contentType(ContentType.JSON)
                .body(Map.of("name", "works-on", "role", Roles.VIEWER))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
        AtomicInteger lines = new AtomicInteger();
        AtomicInteger refusals = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        Semaphore free = new Semaphore(AT_ONCE);
        long before = refused.total();
        Logger root = Logger.getLogger("");
        Handler counter = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.incrementAndGet();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        root.addHandler(counter);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < REQUESTS; i++) {
                free.acquire();
                var _ = client.sendAsync(request(i), HttpResponse.BodyHandlers.discarding())
                        .whenComplete((answer, failure) -> {
                            free.release();
                            boolean isRefusal =
                                    failure == null && (answer.statusCode() == 401 || answer.statusCode() == 403);
                            (isRefusal ? refusals : others).incrementAndGet();
                        });
                if (i % WORKS_EVERY == 0) {
                    HttpResponse<Void> works = client.send(
                            HttpRequest.newBuilder(InternalApi.uri("/api/v1/me"))
                                    .header("Authorization", "Bearer " + secret)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
                    assertThat(works.statusCode()).isEqualTo(200);
                }
            }
            free.acquire(AT_ONCE);
        } finally {
            root.removeHandler(counter);
        }
        assertThat(others).hasValue(0);
        assertThat(refusals).hasValue(REQUESTS);
        assertThat(refused.total() - before).isEqualTo(REQUESTS);
        assertThat(lines.get()).as("lines of the log").isBetween(1, 100);
        int entries = given().get("/api/v1/audit?limit=1000").path("items.size()");
        assertThat(entries).as("entries of the audit").isBetween(1, 100);
    }

    /** Reading and changing, with nothing, with a wrong token, and with what looks like a token. */
    private static HttpRequest request(int i) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(InternalApi.uri(i % 2 == 0 ? "/api/v1/origins" : "/api/v1/streams/v/app/s" + i));
        switch (i % 3) {
            case 0 -> request.header("X-Forwarded-For", "192.0.2." + i % 256);
            case 1 -> request.header("Authorization", "Bearer wrong" + i);
            default -> request.header("Authorization", "Bearer mlr_0123456789ab_" + "x".repeat(43));
        }
        return (i % 2 == 0 ? request.GET() : request.DELETE()).build();
    }
}
