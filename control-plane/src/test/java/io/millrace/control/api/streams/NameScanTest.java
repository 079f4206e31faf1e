package io.millrace.control.api.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.events.EventLog;
import io.millrace.control.streams.StreamDirectory;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Somebody tries names, as fast as scanners do, over the API that workers call. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class NameScanTest {

    private static final int PER_SECOND = 1_000;
    private static final int NAMES = 3 * PER_SECOND;
    private static final int IN_FLIGHT = 200;

    /** A worker waits no longer for an answer before it decides alone. */
    private static final Duration WORKERS_PATIENCE = Duration.ofSeconds(1);

    @Inject
    StreamDirectory streams;

    @Inject
    EventLog events;

    @Inject
    MeterRegistry metrics;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger sent = new AtomicInteger();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

    @Test
    void aThousandMadeUpNamesASecondLeaveNothingBehindAndSlowNobody() throws Exception {
        for (int i = 1; i <= 3; i++) {
            assertThat(send(http, "/api/v1/srs/register", """
                            {"ip":"10.7.0.%1$d","server":"origin-%1$d","service":"s","pid":"1","rtmp":["1935"]}""".formatted(i)).statusCode())
                    .isEqualTo(200);
        }
        await().until(() -> resolve("honest", "publish").contains("\"bound\""));
        double before = provisional();

        List<Duration> honest = new ArrayList<>();
        long newest = events.newestId();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            var _ = clock.scheduleAtFixedRate(this::scan, 0, 1_000_000 / PER_SECOND, TimeUnit.MICROSECONDS);
            while (sent.get() < NAMES) {
                honest.add(timed("honest", "play"));
                honest.add(timed("honest", "publish"));
            }
        } finally {
            clock.shutdownNow();
        }
        await().until(() -> inFlight.availablePermits() == IN_FLIGHT);

        assertThat(provisional() - before).as("names that were asked for").isGreaterThanOrEqualTo(NAMES);
        assertThat(streams.size()).as("bindings").isEqualTo(1);
        assertThat(events.after(newest, event -> event.kind().word().startsWith("stream"), 10))
                .isEmpty();
        assertThat(send(http, "/internal/v1/resolve", question("made-up-7", "publish"))
                        .body())
                .contains("\"bound\"");
        assertThat(streams.size()).isEqualTo(2);
        honest.sort(null);
        assertThat(honest.get(honest.size() * 95 / 100))
                .as("95 of 100 honest answers")
                .isLessThan(WORKERS_PATIENCE);
    }

    private void scan() {
        int number = sent.get();
        if (number < NAMES && inFlight.tryAcquire()) {
            sent.incrementAndGet();
            http.sendAsync(
                            request("/internal/v1/resolve", question("made-up-" + number, "play")),
                            HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> inFlight.release());
        }
    }

    private Duration timed(String name, String intent) throws Exception {
        long begin = System.nanoTime();
        assertThat(resolve(name, intent)).contains("\"bound\"");
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private double provisional() {
        return metrics.get("millrace.resolve")
                .tag("outcome", "provisional")
                .timer()
                .count();
    }

    private String resolve(String name, String intent) throws Exception {
        return send(http, "/internal/v1/resolve", question(name, intent)).body();
    }

    private static String question(String name, String intent) {
        return """
                {"worker":"w","stream":"__defaultVhost__/live/%s","intent":"%s","protocol":"rtmp","failed":[]}""".formatted(name, intent);
    }

    private static HttpResponse<String> send(HttpClient http, String path, String body) throws Exception {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(InternalApi.uri(path))
                .header("Authorization", "Bearer " + QuickWindow.TOKEN)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
