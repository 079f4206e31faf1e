package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Ids that are unique in the cluster: {@code ORIGIN.ID} for what an origin calls ID, {@code ORIGIN.SESSION~WORKER} for a
 * session that only a worker knows, {@code vhost.NAME} for a vhost, which is one over all origins.
 */
final class Ids {

    /** What an origin's id may look like to be put into a path. */
    private static final Pattern THEIRS = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private static final String VHOST = "vhost.";

    private Ids() {}

    /** An origin and what it calls something. */
    record Theirs(Origin origin, String id) {}

    static String of(OriginId origin, String id) {
        return origin.value() + "." + id;
    }

    static Optional<Theirs> parse(String id, Collection<Origin> origins) {
        return origins.stream()
                .filter(origin -> id.startsWith(origin.id().value() + "."))
                .max(Comparator.comparing(origin -> origin.id().value().length()))
                .map(origin ->
                        new Theirs(origin, id.substring(origin.id().value().length() + 1)))
                .filter(theirs -> THEIRS.matcher(theirs.id()).matches());
    }

    static String vhost(String name) {
        return VHOST + name;
    }

    static String session(SessionEntry entry) {
        return of(entry.session().origin(), entry.session().id() + "~" + entry.worker());
    }

    /** A stream of which only workers know. */
    static String stream(OriginId origin, StreamKey stream) {
        CRC32C crc = new CRC32C();
        crc.update(stream.toString().getBytes(StandardCharsets.UTF_8));
        return of(
                origin,
                "s-" + HexFormat.of().toHexDigits((int) crc.getValue())
                        + HexFormat.of().toHexDigits(stream.hashCode()));
    }

    /**
     * Makes the ids in a stream or client of an origin unique, in place.
     *
     * @param vhost the name of its vhost; empty if it is not known
     */
    static void makeUnique(ObjectNode row, OriginId origin, String vhost) {
        prefix(row, "id", origin);
        prefix(row, "stream", origin);
        if (!vhost.isEmpty()) {
            row.put("vhost", vhost(vhost));
        } else {
            prefix(row, "vhost", origin);
        }
        if (row.get("publish") instanceof ObjectNode publish) {
            prefix(publish, "cid", origin);
        }
    }

    private static void prefix(ObjectNode node, String member, OriginId origin) {
        JsonNode id = node.path(member);
        if (id.isValueNode() && !id.asText().isEmpty() && !id.isNull()) {
            node.put(member, of(origin, id.asText()));
        }
    }
}
