package io.millrace.cluster.scale;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one worker says: its hello, its reports, its polls. Holds no connection. */
final class SimulatedWorker {

    private static final String STARTED = "\"2026-01-01T00:00:00Z\"";
    private static final byte[] COUNTER = CarriedStream.COUNTER.getBytes(StandardCharsets.US_ASCII);
    private static final long BYTES_PER_REPORT = 500_000;

    private final String name;
    private final List<CarriedStream> streams = new ArrayList<>();
    private final List<String> opened = new ArrayList<>();
    private String tableVersion = "";
    private byte[] report = new byte[0];
    private int[] counters = new int[0];
    private boolean stale = true;
    private long reports;

    SimulatedWorker(int number) {
        name = "worker-" + number;
    }

    String name() {
        return name;
    }

    String tableVersion() {
        return tableVersion;
    }

    /** A table of that version is in use. */
    void use(String version) {
        tableVersion = version;
        stale = true;
    }

    void carry(CarriedStream stream) {
        streams.add(stream);
        opened.add(session(stream, ""));
        stale = true;
    }

    /** One more viewer of each stream. */
    void openViewers() {
        streams.forEach(stream -> opened.add(session(stream, "v")));
        stale = true;
    }

    byte[] hello() {
        return Requests.put(
                path(""),
                "{\"worker\":\"" + name + "\",\"instance\":\"i-1\",\"version\":\"scale\",\"zone\":\"\",\"startedAt\":"
                        + STARTED + ",\"listeners\":{\"rtmp\":\"127.0.0.1:1935\",\"flv\":\"127.0.0.1:8080\"},"
                        + "\"management\":\"127.0.0.1:9001\",\"api\":\"\",\"tableVersion\":null,"
                        + "\"knownOrigins\":[],\"streams\":[],\"sessions\":[]}");
    }

    byte[] poll(long waitMillis) {
        String have = tableVersion.isEmpty() ? "" : "&have=" + tableVersion.replace(":", "%3A");
        return Requests.get("/internal/v1/routing-table?worker=" + name + have + "&waitMillis=" + waitMillis);
    }

    byte[] acknowledgement() {
        return Requests.post(
                path("/table-acks"), "{\"instance\":\"i-1\",\"version\":\"" + tableVersion + "\",\"problem\":\"\"}");
    }

    byte[] resolve(String stream) {
        return Requests.post(
                "/internal/v1/resolve",
                "{\"worker\":\"" + name + "\",\"stream\":\"" + stream
                        + "\",\"intent\":\"publish\",\"protocol\":\"rtmp\",\"failed\":[]}");
    }

    /** Says besides that connections to an origin are refused. */
    byte[] observation(String origin, int incarnation) {
        return Requests.post(
                path("/reports"),
                body("{\"origin\":\"" + origin + "\",\"incarnation\":{\"service\":\"s-" + incarnation
                        + "\",\"pid\":\"4711\"},\"failure\":\"refused\",\"detail\":\"scale\",\"at\":" + STARTED + "}"));
    }

    /** The usual report, with counters that have gone on. */
    byte[] report() {
        if (stale) {
            report = Requests.post(path("/reports"), body(""));
            counters = countersIn(report);
            // Sessions are told once.
            stale = !opened.isEmpty();
            opened.clear();
        }
        reports++;
        long value = Long.parseLong(CarriedStream.COUNTER) + reports * BYTES_PER_REPORT;
        for (int at : counters) {
            patch(at, value);
        }
        return report;
    }

    private static int[] countersIn(byte[] bytes) {
        int[] found = new int[16];
        int count = 0;
        for (int at = indexOf(bytes, 0); at >= 0; at = indexOf(bytes, at + COUNTER.length)) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = at;
        }
        return Arrays.copyOf(found, count);
    }

    private static int indexOf(byte[] bytes, int from) {
        for (int i = from; i + COUNTER.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + COUNTER.length, COUNTER, 0, COUNTER.length)) {
                return i;
            }
        }
        return -1;
    }

    private void patch(int at, long value) {
        long rest = value;
        for (int i = at + COUNTER.length - 1; i >= at; i--) {
            report[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private String body(String observation) {
        StringBuilder text = new StringBuilder(256 + streams.size() * 180);
        text.append("{\"instance\":\"i-1\",\"phase\":\"serving\",\"tableVersion\":\"")
                .append(tableVersion)
                .append("\",\"vitals\":{\"sessions\":")
                .append(streams.size())
                .append(",\"bytesIn\":1,\"bytesOut\":1,\"cpuPercent\":10.5,\"directMemoryBytes\":1000000,"
                        + "\"loopLagMillis\":0.5},\"streams\":[");
        for (int i = 0; i < streams.size(); i++) {
            text.append(i == 0 ? "" : ",").append(streams.get(i).json());
        }
        return text.append("],\"opened\":[")
                .append(String.join(",", opened))
                .append("],\"closed\":[],\"observations\":[")
                .append(observation)
                .append("],\"done\":[]}")
                .toString();
    }

    private String session(CarriedStream stream, String kind) {
        String id = kind + stream.name().substring(stream.name().lastIndexOf('/') + 1);
        return "{\"id\":\"" + id + "\",\"protocol\":\"rtmp\",\"intent\":\"" + (kind.isEmpty() ? "publish" : "play")
                + "\",\"stream\":\"" + stream.name() + "\",\"origin\":\"" + stream.origin()
                + "\",\"clientAddress\":\"203.0.113.7:50000\",\"startedAt\":" + STARTED + "}";
    }

    private String path(String rest) {
        return "/internal/v1/workers/" + name + rest;
    }
}
