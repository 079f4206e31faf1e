package io.millrace.cluster.load;

import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many small streams, what an origin cluster is for: each is published and watched once, both over the path that is measured, in turns
 * within one run. The origin is the same for all. Prints a table with the ratio to nginx as a blind relay, and the delay that is added.
 */
public final class SmallStreamsBench {

    /** 450 kbit/s with its sound. */
    private static final Ffmpeg.Sample SAMPLE = new Ffmpeg.Sample("480x270", 25, 322, 10);

    private static final Contest CONTEST = new Contest(
            List.of(RelayPath.DIRECT, RelayPath.NGINX_STREAM, RelayPath.MILLRACE), 1.05, 1.0, false, "small.", 150, 1);

    private SmallStreamsBench() {}

    /** See {@link BenchRun}. */
    public static void main(String[] arguments) throws IOException {
        BenchRun.main(CONTEST, SmallStreamsBench::measure);
    }

    private static List<Round> measure(BenchRun run) throws IOException {
        List<FlvTag> recording = run.recording(SAMPLE);
        NginxOrigin origin = run.opened(NginxOrigin.start("origin", run.folder("origin")));
        for (RelayPath path : run.settings().paths()) {
            run.add(path, RelayBench.start(run, path, origin));
        }
        return run.rounds(
                (name, relay) -> new Published(name, relay, run.settings().streams(), recording));
    }

    /** The streams of one path in one round. Names are new each time: an origin may still hold those of the round before. */
    private static final class Published implements BenchRun.Feed {

        private final List<String> streams;
        private final Publisher publisher;

        Published(String name, BenchRun.Relay relay, int count, List<FlvTag> recording) throws IOException {
            streams = IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
            publisher = new Publisher(
                    streams.stream()
                            .map(stream -> "rtmp://127.0.0.1:" + relay.port() + "/" + BenchRun.APP + "/" + stream)
                            .toList(),
                    recording);
        }

        @Override
        public List<String> streams() {
            return streams;
        }

        @Override
        public void check() {
            publisher.check();
        }

        @Override
        public void close() throws IOException {
            publisher.close();
        }
    }
}
