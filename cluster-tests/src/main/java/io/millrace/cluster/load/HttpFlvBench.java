package io.millrace.cluster.load;

import io.millrace.cluster.network.BlindRelay;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * HTTP-FLV relay: the same streams to the same number of viewers straight from an origin, through nginx as an HTTP proxy, and
 * through Millrace, in turns within one run. Prints a table with ratios.
 */
public final class HttpFlvBench {

    private static final Contest CONTEST =
            Contest.ofFewStreams(List.of(RelayPath.DIRECT, RelayPath.NGINX_HTTP, RelayPath.MILLRACE), 0.75, true);

    private HttpFlvBench() {}

    /** See {@link BenchRun}. */
    public static void main(String[] arguments) throws IOException {
        BenchRun.main(CONTEST, HttpFlvBench::measure);
    }

    private static List<Round> measure(BenchRun run) throws IOException {
        FlvOriginProcess origin = run.opened(new FlvOriginProcess(Ffmpeg.makeSample(run.folder(), Ffmpeg.Sample.HD)));
        for (RelayPath path : run.settings().paths()) {
            run.add(path, start(run, path, origin));
        }
        return run.rounds((name, relay) -> BenchRun.Feed.lasting(run.streams(), () -> {}));
    }

    private static BenchRun.Relay start(BenchRun run, RelayPath path, FlvOriginProcess origin) throws IOException {
        Path own = run.folder(path.word());
        return switch (path) {
            case DIRECT -> new BenchRun.Relay(origin.port(), List.of(origin.pid()));
            case NGINX_HTTP -> {
                BlindRelay nginx = run.opened(BlindRelay.nginxHttp(own, origin.port()));
                yield new BenchRun.Relay(nginx.port(), nginx.pids());
            }
            case MILLRACE -> {
                ControlPlane controlPlane = run.opened(ControlPlane.start(own));
                Http.Answer answer = controlPlane
                        .api()
                        .send(
                                "POST",
                                "/api/v1/origins",
                                "{\"server\":\"flv\",\"ip\":\"127.0.0.1\",\"kind\":\"other\",\"endpoints\":{\"http\":[\""
                                        + origin.port() + "\"]}}");
                if (answer.status() != 201) {
                    throw new IllegalStateException("the control plane refuses the origin: " + answer.text());
                }
                Worker worker = run.opened(Worker.start("bench-worker", controlPlane, own));
                yield new BenchRun.Relay(worker.httpPort(), worker.process().pids());
            }
            case HAPROXY, NGINX_STREAM -> throw new IllegalStateException(path + " is no path of this bench");
        };
    }
}
