package io.millrace.cluster.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cluster.BlindRelay;
import io.millrace.cluster.ControlPlane;
import io.millrace.cluster.CpuMeter;
import io.millrace.cluster.Ffmpeg;
import io.millrace.cluster.Http;
import io.millrace.cluster.NginxOrigin;
import io.millrace.cluster.Worker;
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
 * RTMP relay, play: the same streams to the same number of viewers straight from the origin, through HAProxy and nginx as blind
 * TCP relays, and through Millrace, in turns within one run. Prints a table with ratios; each round is also appended to
 * {@code cluster-tests/target/relay-bench.jsonl}.
 */
public final class RelayBench {

    private static final String APP = "live";
    private static final List<RelayPath> PATHS =
            List.of(RelayPath.DIRECT, RelayPath.HAPROXY, RelayPath.NGINX_STREAM, RelayPath.MILLRACE);
    private static final double BUDGET = 1.1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchSettings settings;
    private final Map<RelayPath, Relay> relays = new EnumMap<>(RelayPath.class);
    private final List<String> streams;

    /** @param pids the processes that forward */
    private record Relay(int port, List<Long> pids) {}

    private RelayBench(BenchSettings settings) {
        this.settings = settings;
        this.streams = IntStream.range(0, settings.streams())
                .mapToObj(i -> "bench" + i)
                .toList();
    }

    /** Exits with 1 when viewers were lost. */
    public static void main(String[] arguments) throws IOException {
        BenchSettings settings;
        try {
            settings = BenchSettings.read(System.getenv(), PATHS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        boolean whole = new RelayBench(settings).run();
        System.exit(whole ? 0 : 1);
    }

    private boolean run() throws IOException {
        Path folder = Files.createTempDirectory("millrace-bench");
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.HD);
            List<FlvTag> recording = FlvTag.readFile(sample);
            say(String.format(
                    Locale.ROOT,
                    "sample: %.2f Mbit/s, %d tags; %d streams to %d viewers each; %d rounds of %d s",
                    Files.size(sample) * 8 / 1e6 / Ffmpeg.Sample.HD.seconds(),
                    recording.size(),
                    settings.streams(),
                    settings.viewers(),
                    settings.rounds(),
                    settings.seconds()));
            NginxOrigin origin = opened(open, NginxOrigin.start("origin", subfolder(folder, "origin")));
            startRelays(folder, origin, open);
            List<Publisher> publishers = new ArrayList<>();
            for (String stream : streams) {
                publishers.add(opened(open, new Publisher(origin.rtmp(APP + "/" + stream), recording)));
            }
            CrowdProcess crowd = opened(open, new CrowdProcess());
            List<Round> rounds = measure(crowd, publishers);
            new BenchReport(rounds, BUDGET).lines().forEach(System.out::println);
            return rounds.stream().allMatch(round -> round.lost() == 0);
        } finally {
            closeAll(open);
            delete(folder);
        }
    }

    private void startRelays(Path folder, NginxOrigin origin, Deque<AutoCloseable> open) throws IOException {
        for (RelayPath path : settings.paths()) {
            Path own = subfolder(folder, path.word());
            relays.put(
                    path,
                    switch (path) {
                        case DIRECT -> new Relay(origin.port(), origin.process().pids());
                        case HAPROXY -> blind(opened(open, BlindRelay.haproxy(own, origin.port())));
                        case NGINX_STREAM -> blind(opened(open, BlindRelay.nginxStream(own, origin.port())));
                        case NGINX_HTTP -> throw new IllegalStateException("no relay of RTMP");
                        case MILLRACE -> {
                            ControlPlane controlPlane = opened(open, ControlPlane.start(own));
                            Http.Answer answer = controlPlane.addStatic(origin);
                            if (answer.status() != 201) {
                                throw new IllegalStateException(
                                        "the control plane refuses the origin: " + answer.text());
                            }
                            Worker worker = opened(open, Worker.start("bench-worker", controlPlane, own));
                            yield new Relay(worker.port(), worker.process().pids());
                        }
                    });
        }
    }

    private static Relay blind(BlindRelay relay) {
        return new Relay(relay.port(), relay.pids());
    }

    private List<Round> measure(CrowdProcess crowd, List<Publisher> publishers) throws IOException {
        List<Round> rounds = new ArrayList<>();
        for (int number = 1 - settings.warmRounds(); number <= settings.rounds(); number++) {
            for (RelayPath path : settings.paths()) {
                Round round = measure(number, path, crowd);
                publishers.forEach(Publisher::check);
                say(String.format(
                        Locale.ROOT,
                        "%s %-14s %6.2f CPU s/GB, %.3f GB, delay p50 %.2f p99 %.2f ms, lost %d, RSS %.0f MB %s",
                        number <= 0 ? "warm-up " : "round " + number + " ",
                        path.word(),
                        round.cpuSecondsPerGigabyte(),
                        round.gigabytes(),
                        round.delayP50(),
                        round.delayP99(),
                        round.lost(),
                        round.residentMegabytes(),
                        round.problem()));
                if (number > 0) {
                    rounds.add(round);
                    append(round);
                }
            }
        }
        return rounds;
    }

    private Round measure(int number, RelayPath path, CrowdProcess crowd) throws IOException {
        Relay relay = relays.get(path);
        if (relay == null) {
            throw new IllegalStateException(path + " was not started");
        }
        AtomicReference<Double> before = new AtomicReference<>(0.0);
        Crowd.Outcome outcome = crowd.measure(
                new Crowd.Order(
                        "127.0.0.1",
                        relay.port(),
                        APP,
                        streams,
                        settings.viewers(),
                        settings.warmSeconds() * 1_000L,
                        settings.seconds() * 1_000L,
                        false),
                () -> before.set(CpuMeter.cpuSeconds(relay.pids())));
        double cpu = CpuMeter.cpuSeconds(relay.pids()) - before.get();
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
                outcome.problem());
    }

    private static void append(Round round) throws IOException {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        Path file = root.resolve("cluster-tests/target/relay-bench.jsonl");
        Files.writeString(
                file,
                JSON.writeValueAsString(round) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
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

    private static Path subfolder(Path folder, String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
