package io.millrace.cluster.load;

import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.CpuMeter;
import io.millrace.cluster.process.Http;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Asks a control plane of its own where streams live, at steady rates, and prints how long the answers take and what CPU they
 * cost on both sides. A request's time begins when it was due, not when a connection was free for it, so an answer that holds up
 * others counts for them too. Run by hand; see CONTRIBUTING.
 */
public final class ResolveBench {

    private static final String HEAD = "%8s %4s %10s %8s %8s %9s %8s %20s %24s%n"
            .formatted(
                    "rate",
                    "run",
                    "answers/s",
                    "p50 ms",
                    "p99 ms",
                    "p99.9 ms",
                    "max ms",
                    "CPU s/1000 (plane)",
                    "CPU s/1000 (generator)");

    private final BenchNumbers numbers;

    private ResolveBench(BenchNumbers numbers) {
        this.numbers = numbers;
    }

    /**
     * What a run does; each is a system property, as in {@code -Dresolve.rates=3000}.
     *
     * @param rates requests a second, separated by commas
     * @param warmSeconds at the highest rate before anything counts
     * @param seconds of a run
     * @param runs at each rate, in turns
     * @param origins registered
     * @param newPercent of the requests are for a stream that nobody asked for before, and so have it placed
     * @param known the others are for one of so many that were asked for last
     * @param connections kept open, each with at most one request under way
     */
    private record BenchNumbers(
            List<Integer> rates,
            int warmSeconds,
            int seconds,
            int runs,
            int origins,
            int newPercent,
            int known,
            int connections) {

        static BenchNumbers read() {
            return new BenchNumbers(
                    Arrays.stream(System.getProperty("resolve.rates", "1000,2500,5000")
                                    .split(",", -1))
                            .map(Integer::valueOf)
                            .toList(),
                    Integer.getInteger("resolve.warm", 30),
                    Integer.getInteger("resolve.seconds", 10),
                    Integer.getInteger("resolve.runs", 3),
                    Integer.getInteger("resolve.origins", 100),
                    Integer.getInteger("resolve.new", 10),
                    Integer.getInteger("resolve.known", 20_000),
                    Integer.getInteger("resolve.connections", 64));
        }
    }

    /** Streams that were asked for before, and some that were not. */
    private static final class Mixture implements LongSupplier {

        private static final int PERCENT = 100;

        private final SplittableRandom random = new SplittableRandom(1);
        private final int newPercent;
        private final int known;
        private long asked;

        Mixture(int newPercent, int known) {
            this.newPercent = newPercent;
            this.known = known;
        }

        @Override
        public long getAsLong() {
            boolean fresh = asked == 0 || random.nextInt(PERCENT) < newPercent;
            return fresh ? asked++ : asked - 1 - random.nextLong(Math.min(asked, known));
        }
    }

    /** @param answers completed, by the time that this took */
    private record Measured(
            int rate,
            double answers,
            double p50,
            double p99,
            double p999,
            double max,
            double planeCpu,
            double generatorCpu) {}

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
            measureAll(plane);
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

    private void measureAll(ControlPlane plane) throws Exception {
        List<Measured> all = new ArrayList<>();
        try (ResolveLoad load = new ResolveLoad(
                List.of(URI.create(plane.url()).getPort()),
                numbers.connections(),
                "bench/live/s",
                "publish",
                new Mixture(numbers.newPercent(), numbers.known()))) {
            int highest = numbers.rates().stream().max(Integer::compare).orElseThrow();
            load.run(highest, numbers.warmSeconds());
            System.out.print(HEAD);
            for (int run = 1; run <= numbers.runs(); run++) {
                for (int rate : numbers.rates()) {
                    Measured measured = measure(plane, load, rate);
                    print(measured, Integer.toString(run));
                    all.add(measured);
                }
            }
        }
        System.out.println("medians");
        for (int rate : numbers.rates()) {
            print(median(all.stream().filter(one -> one.rate() == rate).toList()), "-");
        }
    }

    private Measured measure(ControlPlane plane, ResolveLoad load, int rate) throws Exception {
        List<Long> generator = List.of(ProcessHandle.current().pid());
        double planeBefore = CpuMeter.cpuSeconds(plane.process().pids());
        double generatorBefore = CpuMeter.cpuSeconds(generator);
        ResolveLoad.Outcome outcome = load.run(rate, numbers.seconds());
        double planeCpu = CpuMeter.cpuSeconds(plane.process().pids()) - planeBefore;
        double generatorCpu = CpuMeter.cpuSeconds(generator) - generatorBefore;
        DelayHistogram delays = outcome.delays();
        double thousands = delays.total() / 1_000.0;
        return new Measured(
                rate,
                delays.total() / outcome.seconds(),
                delays.quantile(0.5),
                delays.quantile(0.99),
                delays.quantile(0.999),
                delays.quantile(1),
                planeCpu / thousands,
                generatorCpu / thousands);
    }

    private static Measured median(List<Measured> runs) {
        return new Measured(
                runs.getFirst().rate(),
                median(runs, Measured::answers),
                median(runs, Measured::p50),
                median(runs, Measured::p99),
                median(runs, Measured::p999),
                median(runs, Measured::max),
                median(runs, Measured::planeCpu),
                median(runs, Measured::generatorCpu));
    }

    private static double median(List<Measured> runs, ToDoubleFunction<Measured> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void print(Measured one, String run) {
        System.out.printf(
                Locale.ROOT,
                "%8d %4s %10.0f %8.2f %8.2f %9.2f %8.2f %20.3f %24.3f%n",
                one.rate(),
                run,
                one.answers(),
                one.p50(),
                one.p99(),
                one.p999(),
                one.max(),
                one.planeCpu(),
                one.generatorCpu());
    }
}
