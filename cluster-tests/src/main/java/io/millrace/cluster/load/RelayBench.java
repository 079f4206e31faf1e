package io.millrace.cluster.load;

import io.millrace.cluster.BlindRelay;
import io.millrace.cluster.ControlPlane;
import io.millrace.cluster.Ffmpeg;
import io.millrace.cluster.Http;
import io.millrace.cluster.NginxOrigin;
import io.millrace.cluster.Worker;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * RTMP relay, play: the same streams to the same number of viewers straight from the origin, through HAProxy and nginx as blind
 * TCP relays, and through Millrace, in turns within one run. Prints a table with ratios.
 */
public final class RelayBench {

    private static final List<RelayPath> PATHS =
            List.of(RelayPath.DIRECT, RelayPath.HAPROXY, RelayPath.NGINX_STREAM, RelayPath.MILLRACE);
    private static final double BUDGET = 1.1;

    private RelayBench() {}

    /** See {@link BenchRun}. */
    public static void main(String[] arguments) throws IOException {
        BenchRun.main(PATHS, BUDGET, false, RelayBench::measure);
    }

    private static List<Round> measure(BenchRun run) throws IOException {
        Path sample = Ffmpeg.makeSample(run.folder(), Ffmpeg.Sample.HD);
        List<FlvTag> recording = FlvTag.readFile(sample);
        System.out.println(String.format(
                Locale.ROOT,
                "sample: %.2f Mbit/s, %d tags; %d streams to %d viewers each; %d rounds of %d s",
                Files.size(sample) * 8 / 1e6 / Ffmpeg.Sample.HD.seconds(),
                recording.size(),
                run.settings().streams(),
                run.settings().viewers(),
                run.settings().rounds(),
                run.settings().seconds()));
        NginxOrigin origin = run.opened(NginxOrigin.start("origin", run.folder("origin")));
        for (RelayPath path : run.settings().paths()) {
            run.add(path, start(run, path, origin));
        }
        List<Publisher> publishers = new ArrayList<>();
        for (String stream : run.streams()) {
            publishers.add(run.opened(new Publisher(origin.rtmp(BenchRun.APP + "/" + stream), recording)));
        }
        return run.rounds(() -> publishers.forEach(Publisher::check));
    }

    private static BenchRun.Relay start(BenchRun run, RelayPath path, NginxOrigin origin) throws IOException {
        Path own = run.folder(path.word());
        return switch (path) {
            case DIRECT -> new BenchRun.Relay(origin.port(), origin.process().pids());
            case HAPROXY -> blind(run.opened(BlindRelay.haproxy(own, origin.port())));
            case NGINX_STREAM -> blind(run.opened(BlindRelay.nginxStream(own, origin.port())));
            case NGINX_HTTP -> throw new IllegalStateException(path + " is no path of this bench");
            case MILLRACE -> {
                ControlPlane controlPlane = run.opened(ControlPlane.start(own));
                Http.Answer answer = controlPlane.addStatic(origin);
                if (answer.status() != 201) {
                    throw new IllegalStateException("the control plane refuses the origin: " + answer.text());
                }
                Worker worker = run.opened(Worker.start("bench-worker", controlPlane, own));
                yield new BenchRun.Relay(worker.port(), worker.process().pids());
            }
        };
    }

    private static BenchRun.Relay blind(BlindRelay relay) {
        return new BenchRun.Relay(relay.port(), relay.pids());
    }
}
