package io.millrace.cluster.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many viewers in a process of their own, on one thread. Reads orders from its input, one JSON object a line ({@link Order});
 * writes {@code window} when the measuring begins and a {@link Outcome} as JSON when it is over. Ends with its input.
 */
public final class Crowd {

    /** The line that tells that everybody plays and counting begins. */
    static final String WINDOW = "window";

    private static final int RAMP_MILLIS = 3;
    private static final Duration START_LIMIT = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Order order;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    private final List<CrowdMember> viewers = new ArrayList<>();
    private final DelayHistogram delays = new DelayHistogram();
    private long bytes;

    /**
     * @param streams names within the app
     * @param viewers of each stream
     * @param http whether they ask for HTTP-FLV instead of RTMP
     */
    record Order(
            String host,
            int port,
            String app,
            List<String> streams,
            int viewers,
            long warmMillis,
            long millis,
            boolean http) {}

    /**
     * @param lost viewers that never played, left, or saw no frame in the last seconds
     * @param problem one of their stories, for people
     */
    record Outcome(
            int viewers, int lost, long bytes, long frames, double seconds, double p50, double p99, String problem) {}

    private Crowd(Order order) throws IOException {
        this.order = order;
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                Outcome outcome = new Crowd(JSON.readValue(line, Order.class)).run();
                say(JSON.writeValueAsString(outcome));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private Outcome run() throws IOException {
        try {
            gather();
            serveUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(order.warmMillis()));
            bytes = 0;
            delays.clear();
            say(WINDOW);
            long begin = System.nanoTime();
            long end = begin + TimeUnit.MILLISECONDS.toNanos(order.millis());
            serveUntil(end);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long recently = end - TimeUnit.SECONDS.toNanos(2);
            List<CrowdMember> lost =
                    viewers.stream().filter(v -> !v.sawFrameSince(recently)).toList();
            String problem = lost.isEmpty() ? "" : lost.getFirst().story();
            return new Outcome(
                    viewers.size(),
                    lost.size(),
                    bytes,
                    delays.total(),
                    seconds,
                    delays.quantile(0.5),
                    delays.quantile(0.99),
                    problem);
        } finally {
            viewers.forEach(CrowdMember::close);
            selector.close();
        }
    }

    /** Everybody connects, a little one after the other, and waits for the first frame. */
    private void gather() throws IOException {
        InetSocketAddress address = new InetSocketAddress(order.host(), order.port());
        for (int i = 0; i < order.viewers(); i++) {
            for (String stream : order.streams()) {
                viewers.add(
                        order.http()
                                ? new HttpViewer(address, "/" + order.app() + "/" + stream + ".flv", selector, delays)
                                : new Viewer(address, order.app(), stream, selector, this::frame));
                serveUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RAMP_MILLIS));
            }
        }
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline && !viewers.stream().allMatch(CrowdMember::isPlaying)) {
            serveUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void serveUntil(long nanos) throws IOException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            selector.select(
                    key -> {
                        if (key.attachment() instanceof CrowdMember viewer) {
                            bytes += viewer.ready(key, buffer);
                        }
                    },
                    Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        }
    }

    private void frame(byte[] head, long atNanos) {
        SendStamp.read(head).ifPresent(sent -> delays.add(atNanos - sent));
    }
}
