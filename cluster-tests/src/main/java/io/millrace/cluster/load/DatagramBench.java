package io.millrace.cluster.load;

import io.millrace.cluster.network.BlindRelay;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.CpuMeter;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What relaying a datagram of WebRTC costs: {@value #CLIENTS} viewers of a stream, through nginx as a blind relay of datagrams and
 * through a worker, in turns. Prints CPU microseconds per datagram and the ratio. Exits with 1 when more than one in a thousand got lost.
 */
public final class DatagramBench {

    private static final int CLIENTS = 40;
    private static final double BUDGET = 0.62;
    private static final double MOST_LOST = 0.001;
    private static final List<RelayPath> PATHS = List.of(RelayPath.NGINX_STREAM, RelayPath.MILLRACE);

    private DatagramBench() {}

    /** @param pids the processes that forward */
    private record Relay(RelayPath path, int port, List<Long> pids, List<String> ufrags) {}

    private record Result(int round, RelayPath path, double micros, boolean whole) {}

    public static void main(String[] arguments) throws IOException {
        BenchSettings settings;
        try {
            settings = BenchSettings.read(System.getenv(), Contest.ofFewStreams(PATHS, 1, false));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(settings) ? 0 : 1);
    }

    private static boolean run(BenchSettings settings) throws IOException {
        Path folder = Files.createTempDirectory("millrace-datagrams");
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            DatagramCrowd crowd = opened(open, new DatagramCrowd());
            List<Relay> relays = new ArrayList<>();
            for (RelayPath path : settings.paths()) {
                Path own = Files.createDirectory(folder.resolve(path.word()));
                relays.add(path == RelayPath.MILLRACE ? worker(own, crowd, open) : nginx(own, crowd, open));
            }
            List<Result> results = new ArrayList<>();
            for (int round = 1 - settings.warmRounds(); round <= settings.rounds(); round++) {
                for (Relay relay : relays) {
                    Result result = measure(round, relay, crowd, settings);
                    if (round > 0) {
                        results.add(result);
                    }
                }
            }
            summary(settings, results).forEach(System.out::println);
            return results.stream().allMatch(Result::whole);
        } finally {
            closeAll(open);
            delete(folder);
        }
    }

    private static Relay nginx(Path folder, DatagramCrowd crowd, Deque<AutoCloseable> open) throws IOException {
        BlindRelay relay = opened(open, BlindRelay.nginxDatagrams(folder, crowd.originPort()));
        return new Relay(RelayPath.NGINX_STREAM, relay.port(), relay.pids(), ufrags());
    }

    private static Relay worker(Path folder, DatagramCrowd crowd, Deque<AutoCloseable> open) throws IOException {
        ControlPlane controlPlane = opened(open, ControlPlane.start(folder));
        int port = crowd.originPort();
        Http.Answer added = controlPlane
                .api()
                .send(
                        "POST",
                        "/api/v1/origins",
                        "{\"server\":\"bench\",\"ip\":\"127.0.0.1\",\"kind\":\"srs\",\"endpoints\":{\"rtmp\":[\"" + port
                                + "\"],\"rtc\":[\"udp://127.0.0.1:" + port + "\"]}}");
        String origin = added.json().path("id").asText();
        if (added.status() != 201 || origin.isEmpty()) {
            throw new IllegalStateException("the control plane refuses the origin: " + added.text());
        }
        List<String> ufrags = ufrags();
        for (String ufrag : ufrags) {
            tell(controlPlane, ufrag, origin, port);
        }
        Worker worker = opened(open, Worker.start("bench-worker", controlPlane, folder));
        return new Relay(
                RelayPath.MILLRACE, worker.webRtcPort(), worker.process().pids(), ufrags);
    }

    /** As a worker that did the signalling would. */
    private static void tell(ControlPlane controlPlane, String ufrag, String origin, int port) throws IOException {
        String route = "{\"key\":\"" + ufrag + "\",\"origin\":\"" + origin + "\",\"endpoint\":\"udp://127.0.0.1:" + port
                + "\",\"stream\":\"__defaultVhost__/live/bench\",\"intent\":\"play\",\"epoch\":0,\"resource\":\"\"}";
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(controlPlane.url() + "/internal/v1/media-routes/" + ufrag))
                .header("Authorization", "Bearer " + ControlPlane.TOKEN)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(route))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new IllegalStateException("the control plane refuses a route: " + answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ufrags() {
        return IntStream.range(0, CLIENTS).mapToObj(i -> "bench" + i).toList();
    }

    private static Result measure(int round, Relay relay, DatagramCrowd crowd, BenchSettings settings)
            throws IOException {
        crowd.connect(relay.port(), relay.ufrags());
        AtomicReference<Double> before = new AtomicReference<>(0.0);
        DatagramCrowd.Outcome outcome = crowd.measure(
                settings.warmSeconds(), settings.seconds(), () -> before.set(CpuMeter.cpuSeconds(relay.pids())));
        double micros = (CpuMeter.cpuSeconds(relay.pids()) - before.get()) * 1e6 / outcome.received();
        long lost = outcome.sent() - outcome.received();
        System.out.println(String.format(
                Locale.ROOT,
                "%s %-14s %5.2f CPU us per datagram, %d datagrams, lost %d, delay p50 %.2f p99 %.2f ms, RSS %.0f MB",
                round <= 0 ? "warm-up " : "round " + round + " ",
                relay.path().word(),
                micros,
                outcome.received(),
                lost,
                outcome.delayMillis50(),
                outcome.delayMillis99(),
                CpuMeter.residentBytes(relay.pids()) / 1e6));
        return new Result(round, relay.path(), micros, lost <= outcome.sent() * MOST_LOST);
    }

    private static List<String> summary(BenchSettings settings, List<Result> results) {
        List<String> lines = new ArrayList<>();
        for (RelayPath path : settings.paths()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-14s %5.2f CPU us per datagram (median)",
                    path.word(),
                    median(of(path, results).map(Result::micros))));
        }
        if (settings.paths().containsAll(PATHS)) {
            double ratio = median(of(RelayPath.MILLRACE, results)
                    .flatMap(ours -> of(RelayPath.NGINX_STREAM, results)
                            .filter(nginx -> nginx.round() == ours.round())
                            .map(nginx -> ours.micros() / nginx.micros())));
            lines.add(String.format(
                    Locale.ROOT,
                    "millrace needs %.2f of nginx in the same round (median); the budget is %.2f: %s",
                    ratio,
                    BUDGET,
                    ratio <= BUDGET ? "met" : "MISSED"));
        }
        return lines;
    }

    private static Stream<Result> of(RelayPath path, List<Result> results) {
        return results.stream().filter(result -> result.path() == path);
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> open, T resource) {
        open.push(resource);
        return resource;
    }

    private static void closeAll(Deque<AutoCloseable> open) {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("closing " + resource + ": " + e);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
