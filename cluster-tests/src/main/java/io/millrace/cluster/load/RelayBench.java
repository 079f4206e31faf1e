package io.millrace.cluster.load;

import io.millrace.cluster.network.BlindRelay;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * RTMP relay, play: the same streams to the same number of viewers straight from the origin, through HAProxy and nginx as blind
 * TCP relays, and through Millrace, in turns within one run. Prints a table with ratios.
 */
public final class RelayBench {

    private static final Contest CONTEST = Contest.ofFewStreams(
            List.of(RelayPath.DIRECT, RelayPath.HAPROXY, RelayPath.NGINX_STREAM, RelayPath.MILLRACE), 1.05, false);

    private RelayBench() {}

    /** See {@link BenchRun}. */
    public static void main(String[] arguments) throws IOException {
        BenchRun.main(CONTEST, RelayBench::measure);
    }

    private static List<Round> measure(BenchRun run) throws IOException {
        List<FlvTag> recording = run.recording(Ffmpeg.Sample.HD);
        NginxOrigin origin = run.opened(NginxOrigin.start("origin", run.folder("origin")));
        for (RelayPath path : run.settings().paths()) {
            run.add(path, start(run, path, origin));
        }
        Publisher publisher = run.opened(new Publisher(
                run.streams().stream()
                        .map(stream -> origin.rtmp(BenchRun.APP + "/" + stream))
                        .toList(),
                recording));
        return run.rounds((name, relay) -> BenchRun.Feed.lasting(run.streams(), publisher::check));
    }

    /** Puts a path in front of an origin. */
    static BenchRun.Relay start(BenchRun run, RelayPath path, NginxOrigin origin) throws IOException {
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
