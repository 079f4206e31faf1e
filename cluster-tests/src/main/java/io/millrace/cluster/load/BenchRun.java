package io.millrace.cluster.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.process.CpuMeter;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One run of a benchmark of relays: the same streams to the same number of viewers over each path in turn, round after round. Each
 * round is also appended to {@code cluster-tests/target/relay-bench.jsonl}. Closing it closes what was opened for it and deletes its
 * folder.
 */
final class BenchRun implements AutoCloseable {

    static final String APP = "live";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchSettings settings;
    private final Contest contest;
    private final Path folder;
    private final Map<RelayPath, Relay> relays = new EnumMap<>(RelayPath.class);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** @param pids the processes that forward */
    record Relay(int port, List<Long> pids) {}

    /** What viewers see on one path in one round. */
    interface Feed extends AutoCloseable {

        /** Names within the app. */
        List<String> streams();

        /** Whether they are still what they should be. */
        void check();

        @Override
        void close() throws IOException;

        /** Streams that are there all the time. */
        static Feed lasting(List<String> streams, Runnable check) {
            return new Feed() {
                @Override
                public List<String> streams() {
                    return streams;
                }

                @Override
                public void check() {
                    check.run();
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Begins to feed a path, which it may go through. */
    interface Feeding {
        /** @param name of the path and the round: no two have the same */
        Feed begin(String name, Relay relay) throws IOException;
    }

    private BenchRun(BenchSettings settings, Contest contest) throws IOException {
        this.settings = settings;
        this.contest = contest;
        this.folder = Files.createTempDirectory("millrace-bench");
    }

    /** Runs a benchmark as a program: prints its report; exits with 1 when viewers were lost, with 2 when a setting makes no sense. */
    static void main(Contest contest, Benchmark benchmark) throws IOException {
        BenchSettings settings;
        try {
            settings = BenchSettings.read(System.getenv(), contest);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (settings.paths().isEmpty()) {
            System.out.println("bench.paths names none of "
                    + contest.paths().stream().map(RelayPath::word).toList());
            return;
        }
        List<Round> rounds;
        try (BenchRun run = new BenchRun(settings, contest)) {
            rounds = benchmark.measure(run);
        }
        new BenchReport(rounds, contest).lines().forEach(System.out::println);
        System.exit(rounds.stream().allMatch(round -> round.lost() == 0) ? 0 : 1);
    }

    /** Sets up what is measured, then measures. */
    interface Benchmark {
        List<Round> measure(BenchRun run) throws IOException;
    }

    BenchSettings settings() {
        return settings;
    }

    List<String> streams() {
        return IntStream.range(0, settings.streams()).mapToObj(i -> "bench" + i).toList();
    }

    /** Made for this run; says what it is. */
    List<FlvTag> recording(Ffmpeg.Sample sample) throws IOException {
        Path file = Ffmpeg.makeSample(folder, sample);
        List<FlvTag> recording = FlvTag.readFile(file);
        System.out.println(String.format(
                Locale.ROOT,
                "sample: %.2f Mbit/s, %d tags; %d streams to %d viewers each; %d rounds of %d s",
                Files.size(file) * 8 / 1e6 / sample.seconds(),
                recording.size(),
                settings.streams(),
                settings.viewers(),
                settings.rounds(),
                settings.seconds()));
        return recording;
    }

    /** Closed with the run, the last one first. */
    <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    Path folder() {
        return folder;
    }

    /** A new one, for one process. */
    Path folder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    void add(RelayPath path, Relay relay) {
        relays.put(path, relay);
    }

    List<Round> rounds(Feeding feeding) throws IOException {
        CrowdProcess crowd = opened(new CrowdProcess());
        List<Round> rounds = new ArrayList<>();
        for (int number = 1 - settings.warmRounds(); number <= settings.rounds(); number++) {
            for (RelayPath path : settings.paths()) {
                Round round = measure(number, path, crowd, feeding);
                System.out.println(line(round));
                if (number > 0) {
                    rounds.add(round);
                    append(round);
                }
            }
        }
        return rounds;
    }

    private static String line(Round round) {
        return String.format(
                Locale.ROOT,
                "%s %-14s %6.2f CPU s/GB, %.3f GB, delay p50 %.2f p99 %.2f ms, lost %d, RSS %.0f MB, load %.2f cores %s",
                round.round() <= 0 ? "warm-up " : "round " + round.round() + " ",
                round.path().word(),
                round.cpuSecondsPerGigabyte(),
                round.gigabytes(),
                round.delayP50(),
                round.delayP99(),
                round.lost(),
                round.residentMegabytes(),
                round.loadCores(),
                round.problem());
    }

    private Round measure(int number, RelayPath path, CrowdProcess crowd, Feeding feeding) throws IOException {
        Relay relay = relays.get(path);
        if (relay == null) {
            throw new IllegalStateException(path + " was not started");
        }
        // Warm-up rounds have numbers from 0 down.
        String name = path.word() + (number + settings.warmRounds());
        try (Feed feed = feeding.begin(name, relay)) {
            Round round = measure(number, path, relay, crowd, feed.streams());
            feed.check();
            return round;
        }
    }

    private Round measure(int number, RelayPath path, Relay relay, CrowdProcess crowd, List<String> streams)
            throws IOException {
        List<Long> load = List.of(ProcessHandle.current().pid(), crowd.pid());
        AtomicReference<Double> before = new AtomicReference<>(0.0);
        AtomicReference<Double> loadBefore = new AtomicReference<>(0.0);
        Crowd.Outcome outcome = crowd.measure(
                new Crowd.Order(
                        "127.0.0.1",
                        relay.port(),
                        APP,
                        streams,
                        settings.viewers(),
                        settings.warmSeconds() * 1_000L,
                        settings.seconds() * 1_000L,
                        contest.http()),
                () -> {
                    before.set(CpuMeter.cpuSeconds(relay.pids()));
                    loadBefore.set(CpuMeter.cpuSeconds(load));
                });
        double cpu = CpuMeter.cpuSeconds(relay.pids()) - before.get();
        double loadCpu = CpuMeter.cpuSeconds(load) - loadBefore.get();
        double gigabytes = outcome.bytes() / 1e9;
        return new Round(
                number,
                path,
                outcome.viewers(),
                outcome.lost(),
                gigabytes,
                gigabytes == 0 ? Double.NaN : cpu / gigabytes,
                outcome.p50(),
                outcome.p99(),
                CpuMeter.residentBytes(relay.pids()) / 1e6,
                loadCpu / outcome.seconds(),
                outcome.problem());
    }

    private static void append(Round round) throws IOException {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        Files.writeString(
                root.resolve("cluster-tests/target/relay-bench.jsonl"),
                JSON.writeValueAsString(round) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("closing " + resource + ": " + e);
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
