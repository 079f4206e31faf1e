package io.millrace.control.srs.origin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.limits.Ration;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the lists of an origin's API, page by page. Any thread; it waits for the answers. */
public final class OriginLists {

    static final int PAGE = 500;

    /** SRS gives at least so many rows. */
    private static final int PROBE = 10;

    private final OriginApi api;

    public OriginLists(OriginApi api) {
        this.api = api;
    }

    /** See {@link OriginApi#ration}. */
    public Ration ration() {
        return api.ration();
    }

    /** A list of the API. */
    public enum Kind {
        VHOSTS("vhosts"),
        STREAMS("streams"),
        CLIENTS("clients");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The last part of its path, and the member of the answer that holds it. */
        public String word() {
            return word;
        }

        public String path() {
            return "/api/v1/" + word + "/";
        }
    }

    /** A row of a list and the name of the vhost that it belongs to; empty if that cannot be known. */
    public record Row(ObjectNode json, String vhost) {}

    /**
     * @param sink gets each page as it comes, so that those before a failure are not lost
     * @return whether these are all rows that there are
     */
    public boolean read(Origin origin, Kind kind, int want, Deadline deadline, Ration ration, Consumer<List<Row>> sink)
            throws OriginApiException {
        return read(origin, kind, 0, want, deadline, ration, sink);
    }

    /**
     * Rows from one on, and those only.
     *
     * @param end the first one that is not wanted
     * @return whether there are none beyond
     */
    public boolean read(
            Origin origin, Kind kind, int begin, int end, Deadline deadline, Ration ration, Consumer<List<Row>> sink)
            throws OriginApiException {
        Set<String> seen = new HashSet<>();
        Map<String, String> vhosts = new HashMap<>();
        for (int start = begin; start < end; start += PAGE) {
            int count = Math.min(PAGE, end - start);
            List<ObjectNode> answer = rows(origin, kind, start, count, deadline, ration);
            // A server that does not page sends all at once.
            boolean all = answer.size() > Math.max(count, PROBE);
            List<ObjectNode> page = answer.stream()
                    .skip(all ? begin : 0)
                    .filter(row -> seen.add(row.path("id").asText()))
                    .limit(all ? end - begin : count)
                    .toList();
            if (kind != Kind.VHOSTS && vhosts.isEmpty() && page.stream().anyMatch(row -> !row.has("url"))) {
                vhosts.putAll(vhostNames(origin, deadline, ration));
            }
            sink.accept(page.stream()
                    .map(row -> new Row(row, vhost(kind, row, vhosts)))
                    .toList());
            // Or the same rows again.
            if (all || kind == Kind.VHOSTS || page.size() < count) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many rows a list has. Found by looking at few of them: there may be as many as there are viewers.
     *
     * @param atMost more are of no interest
     */
    int length(Origin origin, Kind kind, int atMost, Deadline deadline, Ration ration) throws OriginApiException {
        List<ObjectNode> first = rows(origin, kind, 0, PROBE, deadline, ration);
        if (first.size() != PROBE) {
            return Math.min(first.size(), atMost);
        }
        int low = PROBE;
        int high = atMost;
        int at = high - 1;
        while (low < high) {
            List<ObjectNode> page = rows(origin, kind, at, PROBE, deadline, ration);
            if (!page.isEmpty() && id(page).equals(id(first))) {
                // It does not page, and has exactly as many.
                return Math.min(page.size(), atMost);
            }
            if (page.isEmpty()) {
                high = at;
            } else if (page.size() < PROBE) {
                return Math.min(at + page.size(), atMost);
            } else {
                low = Math.min(at + PROBE, high);
            }
            at = low + (high - low) / 2;
        }
        return low;
    }

    private static String id(List<ObjectNode> rows) {
        return rows.getFirst().path("id").asText();
    }

    private List<ObjectNode> rows(Origin origin, Kind kind, int start, int count, Deadline deadline, Ration ration)
            throws OriginApiException {
        String query = kind == Kind.VHOSTS ? "" : "?start=" + start + "&count=" + count;
        ObjectNode answer = api.call(origin, "GET", kind.path() + query, deadline, ration);
        JsonNode list = answer.path(kind.word());
        if (answer.path("code").intValue() != 0 || !list.isArray()) {
            throw new OriginApiException(
                    "it answered code " + answer.path("code").asText() + " and no " + kind.word());
        }
        return list.valueStream()
                .filter(row -> row.isObject() && !row.path("id").asText().isEmpty())
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** Origins older than SRS 5 name a vhost by its id only. */
    private Map<String, String> vhostNames(Origin origin, Deadline deadline, Ration ration) throws OriginApiException {
        Map<String, String> names = new HashMap<>();
        rows(origin, Kind.VHOSTS, 0, PAGE, deadline, ration)
                .forEach(row ->
                        names.put(row.path("id").asText(), row.path("name").asText()));
        return names;
    }

    private static String vhost(Kind kind, ObjectNode row, Map<String, String> names) {
        return kind == Kind.VHOSTS ? row.path("name").asText() : vhost(row, names);
    }

    /** The vhost of one row, by the url that SRS gives it: {@code vhost/app/stream}, or {@code /app/stream} in the default vhost. */
    static String vhost(ObjectNode row, Map<String, String> names) {
        String url = row.path("url").asText();
        int slash = url.indexOf('/');
        if (slash < 0) {
            return names.getOrDefault(row.path("vhost").asText(), "");
        }
        return slash == 0 ? StreamKey.DEFAULT_VHOST : url.substring(0, slash);
    }

    /** The vhost of a row that was asked for alone. */
    public String vhostOf(Origin origin, ObjectNode row, Deadline deadline, Ration ration) throws OriginApiException {
        return vhost(row, row.has("url") ? Map.of() : vhostNames(origin, deadline, ration));
    }
}
