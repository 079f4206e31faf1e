package io.millrace.cluster.load;

import io.millrace.cluster.ControlPlane;
import io.millrace.cluster.Http;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Asks a control plane of its own where streams live, at a steady rate, and prints how long the answers take, interval by
 * interval from its very start. A request's time begins when it was due, not when a connection was free for it, so an answer
 * that holds up others counts for them too. Run by hand; see CONTRIBUTING.
 */
public final class ResolveBench {

    private static final int INTERVAL_SECONDS = 5;

    private final BenchNumbers numbers;

    private ResolveBench(BenchNumbers numbers) {
        this.numbers = numbers;
    }

    /**
     * What a run does; each is a system property, as in {@code -Dresolve.rate=3000}.
     *
     * @param rate requests a second
     * @param seconds altogether
     * @param origins registered
     * @param streams drawn from at random: the first request for each places it, the others find it bound
     * @param connections kept open, each with one request under way
     */
    private record BenchNumbers(int rate, int seconds, int origins, int streams, int connections) {

        static BenchNumbers read() {
            return new BenchNumbers(
                    Integer.getInteger("resolve.rate", 5_000),
                    Integer.getInteger("resolve.seconds", 40),
                    Integer.getInteger("resolve.origins", 100),
                    Integer.getInteger("resolve.streams", 20_000),
                    Integer.getInteger("resolve.connections", 16));
        }
    }

    public static void main(String[] arguments) throws Exception {
        new ResolveBench(BenchNumbers.read()).run();
    }

    private void run() throws Exception {
        Path data = Files.createTempDirectory("millrace-resolve-bench");
        // Origins of this bench beat once; a window would only put off the first request.
        Map<String, String> settings = Map.of(
                "MILLRACE_REBUILD_WINDOW", "0s",
                "MILLRACE_REGISTRY_SUSPECT_AFTER", "1h",
                "MILLRACE_REGISTRY_TIME_TO_LIVE", "1h");
        try (ControlPlane plane = ControlPlane.start(data, settings)) {
            for (int i = 0; i < numbers.origins(); i++) {
                register(plane.api(), i);
            }
            System.out.printf(Locale.ROOT, "%s%n", numbers);
            measure(URI.create(plane.url()));
        }
    }

    private static void register(Http api, int number) {
        Http.Answer answer = api.send(
                "POST",
                "/api/v1/srs/register",
                "{\"ip\":\"10.0.0.%d\",\"server\":\"bench-%d\",\"service\":\"1\",\"pid\":\"1\",\"rtmp\":[\"%d\"]}"
                        .formatted(number % 250 + 1, number, 1_935 + number));
        if (answer.status() != 200) {
            throw new IllegalStateException("origin " + number + " was not taken in: " + answer.text());
        }
    }

    private void measure(URI plane) throws Exception {
        ResolveLoad load = new ResolveLoad(
                plane.getPort(),
                numbers.streams(),
                TimeUnit.SECONDS.toNanos(1) * numbers.connections() / numbers.rate(),
                System.nanoTime());
        try (ExecutorService threads = Executors.newFixedThreadPool(numbers.connections())) {
            System.out.println("  from s   answers/s   p50 ms   p99 ms   p99.9 ms");
            for (int from = 0; from < numbers.seconds(); from += INTERVAL_SECONDS) {
                long end = load.begin() + TimeUnit.SECONDS.toNanos(from + (long) INTERVAL_SECONDS);
                List<Callable<DelayHistogram>> parts = new ArrayList<>();
                for (int i = 0; i < numbers.connections(); i++) {
                    int connection = i;
                    parts.add(() -> load.run(connection, end));
                }
                DelayHistogram all = new DelayHistogram();
                for (Future<DelayHistogram> part : threads.invokeAll(parts)) {
                    all.addAll(part.get());
                }
                System.out.printf(
                        Locale.ROOT,
                        "%8d %11d %8.2f %8.2f %10.2f%n",
                        from,
                        all.total() / INTERVAL_SECONDS,
                        all.quantile(0.5),
                        all.quantile(0.99),
                        all.quantile(0.999));
            }
        } finally {
            load.close();
        }
    }
}
