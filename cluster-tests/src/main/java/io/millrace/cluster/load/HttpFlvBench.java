package io.millrace.cluster.load;

import io.millrace.cluster.BlindRelay;
import io.millrace.cluster.ControlPlane;
import io.millrace.cluster.CpuMeter;
import io.millrace.cluster.Ffmpeg;
import io.millrace.cluster.Http;
import io.millrace.cluster.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * HTTP-FLV relay: the same streams to the same number of viewers straight from an origin, through nginx as an HTTP proxy, and
 * through Millrace, in turns within one run. Prints a table with ratios.
 */
public final class HttpFlvBench {

    private static final List<RelayPath> PATHS = List.of(RelayPath.DIRECT, RelayPath.NGINX_HTTP, RelayPath.MILLRACE);
    private static final double BUDGET = 1.0;

    private final BenchSettings settings;
    private final Map<RelayPath, Relay> relays = new EnumMap<>(RelayPath.class);

    /** @param pids the processes that forward */
    private record Relay(int port, List<Long> pids) {}

    private HttpFlvBench(BenchSettings settings) {
        this.settings = settings;
    }

    /** Exits with 1 when viewers were lost. */
    public static void main(String[] arguments) throws Exception {
        BenchSettings settings;
        try {
            settings = BenchSettings.read(System.getenv(), PATHS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        boolean whole = new HttpFlvBench(settings).run();
        System.exit(whole ? 0 : 1);
    }

    private boolean run() throws Exception {
        Path folder = Files.createTempDirectory("millrace-http-bench");
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.HD);
            FlvOriginProcess origin = new FlvOriginProcess(sample);
            open.push(origin);
            for (RelayPath path : settings.paths()) {
                relays.put(path, start(path, Files.createDirectories(folder.resolve(path.word())), origin, open));
            }
            CrowdProcess crowd = new CrowdProcess();
            open.push(crowd);
            List<Round> rounds = new ArrayList<>();
            for (int number = 1 - settings.warmRounds(); number <= settings.rounds(); number++) {
                for (RelayPath path : settings.paths()) {
                    Round round = measure(number, path, crowd);
                    System.out.println(String.format(
                            Locale.ROOT,
                            "%s %-12s %6.2f CPU s/GB, %.3f GB, delay p50 %.2f p99 %.2f ms, lost %d, RSS %.0f MB %s",
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
                    }
                }
            }
            new BenchReport(rounds, BUDGET).lines().forEach(System.out::println);
            return rounds.stream().allMatch(round -> round.lost() == 0);
        } finally {
            for (AutoCloseable resource : open) {
                resource.close();
            }
        }
    }

    private static Relay start(RelayPath path, Path own, FlvOriginProcess origin, Deque<AutoCloseable> open) {
        return switch (path) {
            case DIRECT -> new Relay(origin.port(), List.of(origin.pid()));
            case NGINX_HTTP -> {
                BlindRelay nginx = BlindRelay.nginxHttp(own, origin.port());
                open.push(nginx);
                yield new Relay(nginx.port(), nginx.pids());
            }
            case MILLRACE -> {
                ControlPlane controlPlane = ControlPlane.start(own);
                open.push(controlPlane);
                Http.Answer answer = controlPlane
                        .api()
                        .send(
                                "POST",
                                "/api/v1/origins",
                                "{\"server\":\"flv\",\"ip\":\"127.0.0.1\",\"kind\":\"other\",\"endpoints\":{\"http\":[\""
                                        + origin.port() + "\"],\"rtmp\":[\"" + origin.port() + "\"]}}");
                if (answer.status() != 201) {
                    throw new IllegalStateException("the control plane refuses the origin: " + answer.text());
                }
                Worker worker = Worker.start("bench-worker", controlPlane, own);
                open.push(worker);
                yield new Relay(worker.httpPort(), worker.process().pids());
            }
            case HAPROXY, NGINX_STREAM -> throw new IllegalStateException(path + " is no path of this bench");
        };
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
                        "live",
                        IntStream.range(0, settings.streams())
                                .mapToObj(i -> "bench" + i)
                                .toList(),
                        settings.viewers(),
                        settings.warmSeconds() * 1_000L,
                        settings.seconds() * 1_000L,
                        true),
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
}
