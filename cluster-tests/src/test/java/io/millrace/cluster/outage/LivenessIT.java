package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Listening;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.model.OriginId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is believed to be alive, with real origins that are stopped and killed, and with workers that only report. */
class LivenessIT {

    /** Three probes, three seconds apart, each with two seconds to be answered. */
    private static final Duration FOUND_OUT = Duration.ofSeconds(14);

    /** An origin that failed answers for a while before it is used again. */
    private static final Duration RECOVERED = Duration.ofSeconds(30);

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NOTICED = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final List<NginxOrigin> origins = new ArrayList<>();
    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws IOException {
        controlPlane = ControlPlane.start(Files.createDirectories(folder.resolve("control-plane")));
        for (String name : List.of("origin-a", "origin-b", "origin-c")) {
            origins.add(NginxOrigin.start(name, Files.createDirectories(folder.resolve(name))));
        }
    }

    @AfterEach
    void stop() {
        origins.forEach(NginxOrigin::close);
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    @Test
    void anOriginThatIsStoppedIsFoundOutAlthoughItsKernelAcceptsAndComesBack() {
        origins.forEach(
                origin -> assertThat(controlPlane.addStatic(origin).status()).isEqualTo(201));
        NginxOrigin stopped = origins.getFirst();
        origins.forEach(origin -> awaitState(origin, "up", SOON));
        stopped.process().suspend();
        try {
            awaitState(stopped, "down", FOUND_OUT);
            assertThat(Listening.at(stopped.host(), stopped.port()))
                    .as("a TCP connect still succeeds")
                    .isTrue();
            assertThat(node(stopped).path("stateReason").asText()).contains("did not answer within");
            assertThat(node(origins.get(1)).path("state").asText()).isEqualTo("up");
        } finally {
            stopped.process().resume();
        }
        awaitState(stopped, "up", SOON);
    }

    @Test
    void aReportOfOneWorkerCountsOnlyWhenAProbeAgrees() throws IOException {
        origins.forEach(
                origin -> assertThat(controlPlane.register(origin).status()).isEqualTo(200));
        enrol("worker-1");
        enrol("worker-2");
        NginxOrigin alive = origins.get(0);
        NginxOrigin dead = origins.get(1);

        report("worker-1", alive);
        Await.until(
                SOON,
                "the contradiction is an event",
                () -> !controlPlane
                        .api()
                        .get("/api/v1/events?kind=origin-report-contradicted&subject=" + id(alive))
                        .items()
                        .isEmpty());
        assertThat(node(alive).path("state").asText()).isEqualTo("up");
        assertThat(node(alive).path("reportedBy").get(0).asText()).isEqualTo("worker-1");

        dead.kill();
        long told = System.nanoTime();
        report("worker-1", dead);
        Await.until(SOON, "the table says so", () -> !tableState(dead).equals("up"));
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(NOTICED);
        assertThat(node(dead).path("stateReason").asText())
                .contains("worker worker-1: refused")
                .contains("a probe failed too");

        report("worker-2", alive);
        awaitState(alive, "suspect", NOTICED);
    }

    @Test
    void originsThatAreStoppedAtOnceStayInTheTableUntilTheyAnswerAgain() throws IOException {
        origins.add(NginxOrigin.start("origin-d", Files.createDirectories(folder.resolve("origin-d"))));
        origins.forEach(
                origin -> assertThat(controlPlane.addStatic(origin).status()).isEqualTo(201));
        origins.forEach(origin -> awaitState(origin, "up", SOON));
        NginxOrigin alive = origins.getLast();
        List<NginxOrigin> stopped = origins.subList(0, 3);
        List<FlvTag> recording = FlvTag.readFile(Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL));
        try (Worker worker =
                Worker.start("worker-1", controlPlane, Files.createDirectories(folder.resolve("worker")))) {
            stopped.forEach(origin -> origin.process().suspend());
            try {
                Await.until(
                        FOUND_OUT,
                        "the table keeps those that look dead",
                        () -> stopped.stream()
                                .allMatch(origin -> node(origin).path("kept").asBoolean()),
                        () -> controlPlane.api().get("/api/v1/origins").text());
                assertPanic(true, "began: 3 of 4 origins look dead at once");
                assertThat(node(alive).path("kept").asBoolean()).isFalse();
                awaitInTable(stopped, "up");
                stopped.forEach(origin -> awaitState(origin, "down", FOUND_OUT));
                // In which the table would lose them if it were not for the panic.
                Await.pass(Duration.ofSeconds(3));
                stopped.forEach(origin -> assertThat(tableState(origin)).isEqualTo("up"));
                try (Publisher _ = new Publisher(worker.rtmp("live/show"), recording);
                        Playback viewer = Playback.of(worker.rtmp("live/show"))) {
                    viewer.awaitMoreFrames(10, SOON);
                }
            } finally {
                stopped.forEach(origin -> origin.process().resume());
            }
        }
        origins.forEach(origin -> awaitState(origin, "up", RECOVERED));
        assertPanic(false, "ended: most origins live");
        origins.forEach(
                origin -> assertThat(node(origin).path("kept").asBoolean()).isFalse());
    }

    @Test
    void originsThatAreKilledAtOnceStayInTheTableAndOneThatDiesAloneDoesNot() throws IOException {
        origins.add(NginxOrigin.start("origin-d", Files.createDirectories(folder.resolve("origin-d"))));
        origins.forEach(
                origin -> assertThat(controlPlane.addStatic(origin).status()).isEqualTo(201));
        origins.forEach(origin -> awaitState(origin, "up", SOON));
        awaitInTable(origins, "up");
        NginxOrigin first = origins.getFirst();
        first.kill();
        Await.until(SOON, "the table says so", () -> !tableState(first).equals("up"));
        assertThat(isPanic()).isFalse();

        List<NginxOrigin> killed = origins.subList(0, 3);
        killed.forEach(NginxOrigin::kill);
        Await.until(
                FOUND_OUT,
                "the table keeps all three",
                () -> killed.stream()
                        .allMatch(origin -> node(origin).path("kept").asBoolean()),
                () -> controlPlane.api().get("/api/v1/origins").text());
        assertPanic(true, "began: 3 of 4 origins look dead at once");
        awaitInTable(killed, "up");
        killed.forEach(origin -> awaitState(origin, "down", FOUND_OUT));
        killed.forEach(NginxOrigin::restart);
        origins.forEach(origin -> awaitState(origin, "up", RECOVERED));
        assertPanic(false, "ended: most origins live");
    }

    private boolean isPanic() {
        for (JsonNode check :
                controlPlane.management().get("/q/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals("origins")) {
                return check.path("data").path("panic").asBoolean();
            }
        }
        throw new IllegalStateException("no health check of origins");
    }

    /** Health, metric, event and log say so; the panic is judged a moment after the states of the origins change. */
    private void assertPanic(boolean is, String said) {
        Await.until(
                SOON,
                "panic is " + is,
                () -> isPanic() == is
                        && metricOfKeptOrigins().equals(is ? "3.0" : "0.0")
                        && eventOfPanic().startsWith(said),
                () -> isPanic() + ", " + metricOfKeptOrigins() + ", " + eventOfPanic());
        Await.until(
                NOTICED,
                "the log says so",
                () -> controlPlane.process().output().stream()
                        .anyMatch(line -> line.contains("WARN") && line.contains(said)),
                () -> controlPlane.process().lastOutput());
    }

    private String metricOfKeptOrigins() {
        return controlPlane
                .management()
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("millrace_origins_kept "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }

    private String eventOfPanic() {
        return controlPlane.api().get("/api/v1/events?kind=origins-panic").items().stream()
                .findFirst()
                .map(event -> event.path("message").asText())
                .orElse("");
    }

    private String tableState(NginxOrigin origin) {
        JsonNode table = controlPlane.api().get("/api/v1/routing-table").json().path("table");
        for (JsonNode listed : table.path("origins")) {
            if (listed.path("id").asText().equals(id(origin))) {
                return listed.path("state").asText();
            }
        }
        throw new IllegalStateException("not in the table: " + origin.name());
    }

    /** The table follows the registry a moment later. */
    private void awaitInTable(List<NginxOrigin> expected, String state) {
        Await.until(
                SOON,
                "the table says " + state,
                () -> expected.stream().allMatch(origin -> tableState(origin).equals(state)),
                () -> controlPlane.api().get("/api/v1/routing-table").text());
    }

    private void awaitState(NginxOrigin origin, String state, Duration limit) {
        Await.until(
                limit,
                origin.name() + " is " + state,
                () -> node(origin).path("state").asText().equals(state),
                () -> node(origin).toString());
    }

    private JsonNode node(NginxOrigin origin) {
        return controlPlane.api().get("/api/v1/origins/" + id(origin)).json();
    }

    private static String id(NginxOrigin origin) {
        return OriginId.of(origin.name(), origin.host(), origin.port()).value();
    }

    private void enrol(String worker) throws IOException {
        ask(
                "PUT",
                "/internal/v1/workers/" + worker,
                "{\"worker\":\"" + worker
                        + "\",\"instance\":\"i-1\",\"version\":\"test\",\"zone\":\"\",\"startedAt\":\""
                        + Instant.now() + "\",\"listeners\":{\"rtmp\":\"127.0.0.1:1935\"},"
                        + "\"management\":\"127.0.0.1:9001\",\"api\":\"\",\"tableVersion\":null,"
                        + "\"knownOrigins\":[],\"streams\":[],\"sessions\":[]}");
    }

    private void report(String worker, NginxOrigin origin) throws IOException {
        ask(
                "POST",
                "/internal/v1/workers/" + worker + "/reports",
                "{\"instance\":\"i-1\",\"phase\":\"serving\",\"streams\":[],\"opened\":[],\"closed\":[],\"done\":[],"
                        + "\"observations\":[{\"origin\":\"" + id(origin)
                        + "\",\"incarnation\":{\"service\":\"1\",\"pid\":\"1\"},\"failure\":\"refused\",\"detail\":\"\","
                        + "\"at\":\"" + Instant.now() + "\"}]}");
    }

    private void ask(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(controlPlane.url() + path))
                .timeout(SOON)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + ControlPlane.TOKEN)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
