package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.cluster.Envelope.Answer;
import io.millrace.control.srs.cluster.Gather.Gathered;
import io.millrace.control.srs.cluster.Gather.Missing;
import io.millrace.control.srs.cluster.Ids.Theirs;
import io.millrace.control.srs.origin.Deadline;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginApiException;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.OriginLists.Kind;
import io.millrace.control.srs.origin.OriginLists.Row;
import io.millrace.control.srs.origin.SrsApiSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What the cluster as a whole answers where one SRS would answer for itself. Any thread; it waits for the origins. */
final class ClusterApi {

    /** So many rows of each origin are looked at, whatever page is asked for. */
    static final int MAX_ROWS = 50_000;

    /** SRS gives at least ten rows, however few are asked for. */
    static final int MIN_COUNT = 10;

    static final int MAX_COUNT = 10_000;

    /** Each question holds the answers of all origins in memory. */
    private static final int MAX_AT_ONCE = 16;

    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final Pattern DOTS = Pattern.compile("\\.");

    private final Origins origins;
    private final Gather gather;
    private final OriginApi api;
    private final OriginLists lists;
    private final WorkerRows workers;
    private final SrsApiSettings settings;
    private final Envelope envelope;
    private final InstantSource clock;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);

    ClusterApi(
            Origins origins,
            Gather gather,
            OriginApi api,
            OriginLists lists,
            WorkerRows workers,
            SrsApiSettings settings,
            Envelope envelope,
            InstantSource clock) {
        this.origins = origins;
        this.gather = gather;
        this.api = api;
        this.lists = lists;
        this.workers = workers;
        this.settings = settings;
        this.envelope = envelope;
        this.clock = clock;
    }

    /** The lowest version of any origin: what it can do, all can. Our own stands where SRS's proxy says its. */
    Answer versions() {
        return bounded(() -> {
            Gathered<ObjectNode> all = ask("/api/v1/versions");
            ObjectNode answer = envelope.open();
            ObjectNode data = answer.putObject("data");
            Optional<JsonNode> lowest = lowestVersion(all);
            String version = versionText(lowest);
            data.put("major", part(lowest, "major", version, 0))
                    .put("minor", part(lowest, "minor", version, 1))
                    .put("revision", part(lowest, "revision", version, 2))
                    .put("version", version);
            answer.put("signature", Envelope.SERVER).put("version", envelope.version());
            return Envelope.close(answer, all.missing());
        });
    }

    Answer summaries() {
        return bounded(() -> {
            Gathered<ObjectNode> all = ask("/api/v1/summaries");
            ObjectNode answer = envelope.open();
            String version = versionOfSummaries(all);
            Summary summary =
                    new Summary(answer.putObject("data"), all.missing().isEmpty(), clock.millis(), version);
            data(all).forEach(summary::add);
            WorkerRows.Totals carried = workers.totals();
            summary.addCarried(carried.sessions(), carried.bytesIn(), carried.bytesOut());
            return Envelope.close(answer, all.missing());
        });
    }

    Answer vhosts() {
        return bounded(() -> {
            List<Missing> missing = new ArrayList<>();
            ObjectNode answer = envelope.open();
            answer.putArray("vhosts").addAll(vhosts(missing).all());
            return Envelope.close(answer, missing);
        });
    }

    Answer vhost(String id) {
        return bounded(() -> {
            List<Missing> missing = new ArrayList<>();
            return vhosts(missing)
                    .find(id)
                    .map(vhost -> {
                        ObjectNode answer = envelope.open();
                        answer.set("vhost", vhost);
                        return Envelope.close(answer, missing);
                    })
                    .orElseGet(() -> missing.isEmpty()
                            ? Envelope.code(Envelope.VHOST_NOT_FOUND)
                            : Envelope.close(
                                    Envelope.code(Envelope.VHOST_NOT_FOUND).json(), missing));
        });
    }

    Answer streams(String start, String count) {
        return bounded(() -> page(Kind.STREAMS, start, count));
    }

    Answer clients(String start, String count) {
        return bounded(() -> page(Kind.CLIENTS, start, count));
    }

    Answer stream(String id) {
        return bounded(() -> one(Kind.STREAMS, "stream", id, workers.stream(id), Envelope.STREAM_NOT_FOUND));
    }

    Answer client(String id) {
        return bounded(() -> one(Kind.CLIENTS, "client", id, workers.client(id), Envelope.CLIENT_NOT_FOUND));
    }

    private Answer bounded(Supplier<Answer> question) {
        if (!atOnce.tryAcquire()) {
            return Envelope.failed(UNAVAILABLE, List.of());
        }
        try {
            return question.get();
        } finally {
            atOnce.release();
        }
    }

    private Gathered<ObjectNode> ask(String path) {
        return gather.all(origins.all(), deadline(), (origin, deadline, sink) -> {
            ObjectNode answer = api.call(origin, "GET", path, deadline);
            if (answer.path("code").intValue() != 0 || !answer.path("data").isObject()) {
                throw new OriginApiException(
                        "it answered code " + answer.path("code").asText() + " and no data");
            }
            sink.accept(answer);
        });
    }

    private Vhosts vhosts(List<Missing> missing) {
        Gathered<List<Row>> all = rows(Kind.VHOSTS, MAX_ROWS);
        missing.addAll(all.missing());
        Vhosts vhosts = new Vhosts();
        all.shares().forEach(share -> share.pieces().forEach(rows -> rows.forEach(row -> vhosts.add(row.json()))));
        workers.addTo(vhosts);
        return vhosts;
    }

    private Answer page(Kind kind, String startText, String countText) {
        int start = Math.max(0, number(startText));
        int count = Math.clamp(number(countText), MIN_COUNT, MAX_COUNT);
        int want = Math.min(MAX_ROWS, start > MAX_ROWS ? MAX_ROWS : start + count);
        Gathered<List<Row>> all = rows(kind, want);
        List<ObjectNode> merged = new ArrayList<>();
        all.shares()
                .forEach(share -> share.pieces().stream().flatMap(List::stream).forEach(row -> {
                    Ids.makeUnique(row.json(), share.origin().id(), row.vhost());
                    merged.add(row.json());
                }));
        WorkerRows.Rows ofWorkers = kind == Kind.STREAMS ? workers.streams(want) : workers.clients(want);
        merged.addAll(ofWorkers.rows());
        ObjectNode answer = envelope.open();
        ArrayNode list = answer.putArray(kind.word());
        merged.stream().skip(start).limit(count).forEach(list::add);
        return Envelope.close(answer, all.missing(), ofWorkers.silent());
    }

    private Gathered<List<Row>> rows(Kind kind, int want) {
        return gather.all(
                origins.all(), deadline(), (origin, deadline, sink) -> lists.read(origin, kind, want, deadline, sink));
    }

    private Answer one(Kind kind, String member, String id, Optional<ObjectNode> ofWorkers, int notFound) {
        Optional<Theirs> theirs = Ids.parse(id, origins.all())
                .filter(found -> OriginApi.endpoint(found.origin()).isPresent());
        if (theirs.isEmpty()) {
            return ofWorkers.map(row -> wrapped(member, row)).orElseGet(() -> Envelope.code(notFound));
        }
        try {
            Deadline deadline = deadline();
            ObjectNode answer = api.call(
                    theirs.get().origin(), "GET", kind.path() + theirs.get().id(), deadline);
            int code = answer.path("code").intValue();
            if (code == 0 && answer.get(member) instanceof ObjectNode row) {
                Ids.makeUnique(
                        row,
                        theirs.get().origin().id(),
                        lists.vhostOf(theirs.get().origin(), row, deadline));
                return wrapped(member, row);
            }
            return Envelope.code(code == 0 ? notFound : code);
        } catch (OriginApiException e) {
            return Envelope.failed(BAD_GATEWAY, List.of(new Missing(theirs.get().origin(), e.why())));
        }
    }

    private Answer wrapped(String member, ObjectNode row) {
        ObjectNode answer = envelope.open();
        answer.set(member, row);
        return Envelope.close(answer, List.of());
    }

    private Deadline deadline() {
        return Deadline.in(settings.deadline());
    }

    private static List<JsonNode> data(Gathered<ObjectNode> all) {
        return all.shares().stream()
                .flatMap(share -> share.pieces().stream())
                .map(answer -> answer.path("data"))
                .toList();
    }

    private static Optional<JsonNode> lowestVersion(Gathered<ObjectNode> all) {
        return data(all).stream()
                .filter(data -> data.path("version").isTextual())
                .min(Comparator.comparingInt(
                                (JsonNode data) -> data.path("major").asInt())
                        .thenComparingInt(data -> data.path("minor").asInt())
                        .thenComparingInt(data -> data.path("revision").asInt()));
    }

    private String versionText(Optional<JsonNode> lowest) {
        return lowest.map(data -> data.path("version").asText()).orElse(envelope.version());
    }

    private String versionOfSummaries(Gathered<ObjectNode> all) {
        return data(all).stream()
                .map(data -> data.path("self").path("version").asText())
                .filter(version -> !version.isEmpty())
                .min(Comparator.<String>comparingInt(version -> numberAt(version, 0))
                        .thenComparingInt(version -> numberAt(version, 1))
                        .thenComparingInt(version -> numberAt(version, 2)))
                .orElse(envelope.version());
    }

    private static int part(Optional<JsonNode> lowest, String member, String version, int index) {
        return lowest.map(data -> data.path(member).asInt()).orElseGet(() -> numberAt(version, index));
    }

    private static int numberAt(String version, int index) {
        String[] parts = DOTS.split(version, -1);
        return index < parts.length ? number(parts[index]) : 0;
    }

    /** As C's atoi reads it: the digits that it begins with, else 0. */
    static int number(String text) {
        String stripped = text.strip();
        boolean negative = stripped.startsWith("-");
        long value = 0;
        for (int i = negative || stripped.startsWith("+") ? 1 : 0;
                i < stripped.length() && Character.digit(stripped.charAt(i), 10) >= 0 && value < Integer.MAX_VALUE;
                i++) {
            value = value * 10 + Character.digit(stripped.charAt(i), 10);
        }
        return (int) (negative ? -Math.min(value, Integer.MAX_VALUE) : Math.min(value, Integer.MAX_VALUE));
    }
}
