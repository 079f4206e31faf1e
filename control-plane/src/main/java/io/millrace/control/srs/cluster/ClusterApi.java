package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.limits.Ration;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.cluster.Envelope.Answer;
import io.millrace.control.srs.cluster.Gather.Gathered;
import io.millrace.control.srs.cluster.Gather.Missing;
import io.millrace.control.srs.cluster.Gather.Share;
import io.millrace.control.srs.cluster.Ids.Theirs;
import io.millrace.control.srs.origin.Deadline;
import io.millrace.control.srs.origin.ListLengths;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginApiException;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.OriginLists.Kind;
import io.millrace.control.srs.origin.OriginLists.Row;
import io.millrace.control.srs.origin.SrsApiSettings;
import io.millrace.model.OriginId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
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
    private final ListLengths lengths;
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
        this.lengths = new ListLengths(lists, System::nanoTime);
        this.workers = workers;
        this.settings = settings;
        this.envelope = envelope;
        this.clock = clock;
    }

    /** The lowest version of any origin: what it can do, all can. Our own stands where SRS's proxy says its. */
    Answer versions() {
        return bounded(ration -> {
            Gathered<ObjectNode> all = ask("/api/v1/versions", ration);
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
        return bounded(ration -> {
            Gathered<ObjectNode> all = ask("/api/v1/summaries", ration);
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
        return bounded(ration -> {
            List<Missing> missing = new ArrayList<>();
            ObjectNode answer = envelope.open();
            answer.putArray("vhosts").addAll(vhosts(missing, ration).all());
            return Envelope.close(answer, missing);
        });
    }

    Answer vhost(String id) {
        return bounded(ration -> {
            List<Missing> missing = new ArrayList<>();
            return vhosts(missing, ration)
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
        return bounded(ration -> page(Kind.STREAMS, start, count, ration));
    }

    Answer clients(String start, String count) {
        return bounded(ration -> page(Kind.CLIENTS, start, count, ration));
    }

    Answer stream(String id) {
        return bounded(
                ration -> one(Kind.STREAMS, "stream", id, workers.stream(id), Envelope.STREAM_NOT_FOUND, ration));
    }

    Answer client(String id) {
        return bounded(
                ration -> one(Kind.CLIENTS, "client", id, workers.client(id), Envelope.CLIENT_NOT_FOUND, ration));
    }

    /** @param question gets the room that the answers of origins may take */
    private Answer bounded(Function<Ration, Answer> question) {
        if (!atOnce.tryAcquire()) {
            return Envelope.failed(UNAVAILABLE, List.of());
        }
        try (Ration ration = api.ration()) {
            Answer answer = question.apply(ration);
            return ration.hasRefused() ? answer.truncate() : answer;
        } finally {
            atOnce.release();
        }
    }

    private Gathered<ObjectNode> ask(String path, Ration ration) {
        return gather.all(origins.all(), deadline(), (origin, deadline, sink) -> {
            ObjectNode answer = api.call(origin, "GET", path, deadline, ration);
            if (answer.path("code").intValue() != 0 || !answer.path("data").isObject()) {
                throw new OriginApiException(
                        "it answered code " + answer.path("code").asText() + " and no data");
            }
            sink.accept(answer);
        });
    }

    private Vhosts vhosts(List<Missing> missing, Ration ration) {
        Gathered<List<Row>> all = gather.all(
                origins.all(),
                deadline(),
                (origin, deadline, sink) -> lists.read(origin, Kind.VHOSTS, MAX_ROWS, deadline, ration, sink));
        missing.addAll(all.missing());
        Vhosts vhosts = new Vhosts();
        all.shares().forEach(share -> share.pieces().forEach(rows -> rows.forEach(row -> vhosts.add(row.json()))));
        workers.addTo(vhosts);
        return vhosts;
    }

    /**
     * First the length of each origin's list, then from each origin its part of the page, and no row besides: the cost of a page depends neither
     * on how deep it is nor on how many origins there are.
     */
    private Answer page(Kind kind, String startText, String countText, Ration ration) {
        int start = Math.max(0, number(startText));
        int count = Math.clamp(number(countText), MIN_COUNT, MAX_COUNT);
        int end = start > MAX_ROWS ? MAX_ROWS : Math.min(MAX_ROWS, start + count);
        Gathered<Integer> measured = gather.all(
                origins.all(),
                deadline(),
                (origin, until, sink) -> sink.accept(lengths.of(origin, kind, end, start == 0, until, ration)));
        Map<OriginId, Part> parts = new LinkedHashMap<>();
        int before = 0;
        for (Share<Integer> share : measured.shares()) {
            int length = share.pieces().getFirst();
            Part part = new Part(Math.max(0, start - before), Math.min(length, end - before));
            if (part.begin() < part.end()) {
                parts.put(share.origin().id(), part);
            }
            before = Math.min(MAX_ROWS, before + length);
        }
        // An origin that hangs has cost the others their time once already.
        Gathered<List<Row>> all = gather.all(
                origins.all().stream()
                        .filter(origin -> parts.containsKey(origin.id()))
                        .toList(),
                deadline(),
                (origin, until, sink) -> {
                    Part part = parts.get(origin.id());
                    if (part != null) {
                        lists.read(origin, kind, part.begin(), part.end(), until, ration, sink);
                    }
                });
        ObjectNode answer = envelope.open();
        ArrayNode list = answer.putArray(kind.word());
        all.shares()
                .forEach(share -> share.pieces().stream().flatMap(List::stream).forEach(row -> {
                    Ids.makeUnique(row.json(), share.origin().id(), row.vhost());
                    list.add(row.json());
                }));
        WorkerRows.Rows ofWorkers = rowsOfWorkers(kind, Math.max(0, start - before), Math.max(0, end - before));
        ofWorkers.rows().forEach(list::add);
        List<Missing> missing = new ArrayList<>(measured.missing());
        missing.addAll(all.missing());
        Answer page = Envelope.close(answer, missing, ofWorkers.silent());
        // There may be more behind the last row that is looked at.
        return start + count > MAX_ROWS ? page.truncate() : page;
    }

    /** Of one origin's list; the end is not in it. */
    private record Part(int begin, int end) {}

    private WorkerRows.Rows rowsOfWorkers(Kind kind, int begin, int end) {
        return kind == Kind.STREAMS ? workers.streams(begin, end) : workers.clients(begin, end);
    }

    private Answer one(
            Kind kind, String member, String id, Optional<ObjectNode> ofWorkers, int notFound, Ration ration) {
        Optional<Theirs> theirs = Ids.parse(id, origins.all())
                .filter(found -> OriginApi.endpoint(found.origin()).isPresent());
        if (theirs.isEmpty()) {
            return ofWorkers.map(row -> wrapped(member, row)).orElseGet(() -> Envelope.code(notFound));
        }
        try {
            Deadline deadline = deadline();
            ObjectNode answer = api.call(
                    theirs.get().origin(), "GET", kind.path() + theirs.get().id(), deadline, ration);
            int code = answer.path("code").intValue();
            if (code == 0 && answer.get(member) instanceof ObjectNode row) {
                Ids.makeUnique(
                        row,
                        theirs.get().origin().id(),
                        lists.vhostOf(theirs.get().origin(), row, deadline, ration));
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
