package io.millrace.cluster.scale;

import io.millrace.model.OriginId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Origins that register and beat as SRS does, and whose media nobody ever asks for. Only on its loop. */
final class SimulatedOrigins {

    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(9);
    private static final int RTMP = 1935;

    private final Loop loop;
    private final List<Lines> planes;
    private final List<Beating> all = new ArrayList<>();
    private final Set<String> silent = new HashSet<>();
    private long failures;

    /** @param http a port at which the origin's HTTP is said to be */
    SimulatedOrigins(Loop loop, List<Lines> planes, int count, int http) {
        this.loop = loop;
        this.planes = planes;
        for (int i = 0; i < count; i++) {
            all.add(new Beating(i, http));
        }
    }

    /** All at once, then each every nine seconds. */
    void start() {
        for (Beating origin : all) {
            beat(origin);
            loop.after(BEAT_NANOS * origin.number / all.size(), () -> beatOn(origin));
        }
    }

    private void beatOn(Beating origin) {
        if (!silent.contains(origin.id)) {
            beat(origin);
            loop.after(BEAT_NANOS, () -> beatOn(origin));
        }
    }

    private void beat(Beating origin) {
        planes.get(origin.number % planes.size()).exchange(origin.request, answer -> {
            origin.lastBeatNanos = answer.atNanos();
            failures += answer.isOk() ? 0 : 1;
        });
    }

    /** From now on it does not beat; returns when it last did. */
    long silence(String id) {
        silent.add(id);
        return all.stream()
                .filter(origin -> origin.id.equals(id))
                .mapToLong(origin -> origin.lastBeatNanos)
                .findFirst()
                .orElseThrow();
    }

    List<String> ids() {
        return all.stream().map(origin -> origin.id).toList();
    }

    long failures() {
        return failures;
    }

    private static final class Beating {

        private final int number;
        private final String id;
        private final byte[] request;
        private long lastBeatNanos;

        Beating(int number, int http) {
            this.number = number;
            String server = "origin-" + number;
            this.id = OriginId.of(server, "127.0.0.1", RTMP).value();
            this.request = Requests.post(
                    "/api/v1/srs/register",
                    "{\"ip\":\"127.0.0.1\",\"server\":\"" + server + "\",\"service\":\"s-" + number
                            + "\",\"pid\":\"4711\",\"rtmp\":[\"" + RTMP + "\"],\"http\":[\"" + http
                            + "\"],\"api\":[\"1985\"],\"srt\":[\"udp://0.0.0.0:10080\"],"
                            + "\"rtc\":[\"udp://0.0.0.0:8000\"]}");
        }
    }
}
