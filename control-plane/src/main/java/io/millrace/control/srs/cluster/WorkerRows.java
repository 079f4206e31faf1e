package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.peers.PeerClient.Silent;
import io.millrace.control.peers.SilentPeerException;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionQuery;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressText;
import io.millrace.model.wire.SessionReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What workers know of origins that have no API, in SRS's words. An origin with an API is asked itself: what workers know of
 * it would stand twice.
 */
final class WorkerRows {

    /** Their names are the longest part of the question. */
    private static final int STREAMS_OF_A_QUESTION = 1_000;

    private final Origins origins;
    private final StreamAdmin streams;
    private final ClusterWorkers workers;
    private final InstantSource clock;

    WorkerRows(Origins origins, StreamAdmin streams, ClusterWorkers workers, InstantSource clock) {
        this.origins = origins;
        this.streams = streams;
        this.workers = workers;
        this.clock = clock;
    }

    private record Place(OriginId origin, StreamKey stream) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::origin).thenComparing(Place::stream);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** Sums over the workers. */
    private static final class Sums {
        private int publishers;
        private int viewers;
        private long bytesIn;
        private long bytesOut;
        private double kbpsIn;
        private double kbpsOut;

        private void add(Carried carried) {
            publishers += carried.publishers();
            viewers += carried.viewers();
            bytesIn += carried.bytesIn();
            bytesOut += carried.bytesOut();
            kbpsIn += carried.kbpsIn();
            kbpsOut += carried.kbpsOut();
        }
    }

    /** What is carried to and from origins without an API. */
    record Totals(int sessions, long bytesIn, long bytesOut) {}

    Totals totals() {
        int sessions = 0;
        long bytesIn = 0;
        long bytesOut = 0;
        for (Sums sums : sums().values()) {
            sessions += sums.publishers + sums.viewers;
            bytesIn += sums.bytesIn;
            bytesOut += sums.bytesOut;
        }
        return new Totals(sessions, bytesIn, bytesOut);
    }

    /** @param silent control planes whose part is missing: the sessions that only they know */
    record Rows(List<ObjectNode> rows, List<Silent> silent) {}

    /** @param end the first one that is not wanted */
    Rows streams(int begin, int end) {
        return rows(
                sums().entrySet().stream().limit(end).skip(Math.min(begin, end)).toList());
    }

    /** Who publishes is asked for these streams only. */
    private Rows rows(List<Map.Entry<Place, Sums>> places) {
        Map<Place, String> publishers = new HashMap<>();
        Set<Silent> silent = new LinkedHashSet<>();
        for (int i = 0; i < places.size(); i += STREAMS_OF_A_QUESTION) {
            Set<StreamKey> asked = places.subList(i, Math.min(places.size(), i + STREAMS_OF_A_QUESTION)).stream()
                    .map(entry -> entry.getKey().stream())
                    .collect(Collectors.toSet());
            ClusterWorkers.Found publishing =
                    workers.sessions(query(null, null, asked, Intent.PUBLISH, SessionQuery.MAX_LIMIT));
            publishers.putAll(publishers(publishing));
            silent.addAll(publishing.silent());
        }
        return new Rows(
                places.stream()
                        .map(entry -> stream(entry.getKey(), entry.getValue(), publishers.get(entry.getKey())))
                        .toList(),
                List.copyOf(silent));
    }

    Rows clients(int begin, int end) {
        ClusterWorkers.Found found = workers.page(query(null, null, null, null, 1), begin, end);
        return new Rows(found.sessions().stream().map(this::client).toList(), found.silent());
    }

    Optional<ObjectNode> client(String id) {
        return session(id).map(this::client);
    }

    /** @throws SilentPeerException when the control plane that would know it does not answer */
    Optional<SessionEntry> session(String id) {
        int tilde = id.lastIndexOf('~');
        if (tilde < 0 || id.indexOf('.') + 1 > tilde) {
            return Optional.empty();
        }
        String name = id.substring(id.indexOf('.') + 1, tilde);
        ClusterWorkers.Found found = workers.sessions(query(name, id.substring(tilde + 1), null, null, 1));
        Optional<SessionEntry> session = found.sessions().stream()
                .filter(entry -> Ids.session(entry).equals(id))
                .findFirst();
        if (session.isEmpty() && !found.silent().isEmpty()) {
            throw new SilentPeerException(found.silent().getFirst());
        }
        return session;
    }

    /** Of origins without an API. */
    private SessionQuery query(
            @Nullable String session,
            @Nullable String worker,
            @Nullable Set<StreamKey> streams,
            @Nullable Intent intent,
            int limit) {
        Set<OriginId> speakForThemselves = origins.all().stream()
                .filter(origin -> OriginApi.endpoint(origin).isPresent())
                .map(Origin::id)
                .collect(Collectors.toSet());
        return new SessionQuery(null, session, streams, worker, intent, speakForThemselves, limit);
    }

    Optional<ObjectNode> stream(String id) {
        return rows(sums().entrySet().stream()
                        .filter(entry -> Ids.stream(entry.getKey().origin(), entry.getKey().stream())
                                .equals(id))
                        .limit(1)
                        .toList())
                .rows()
                .stream()
                .findFirst();
    }

    /** As they would stand in an origin's list. */
    void addTo(Vhosts vhosts) {
        sums().forEach((place, sums) -> {
            ObjectNode vhost = Vhosts.ofWorkers(place.stream().vhost());
            vhost.put("clients", sums.publishers + sums.viewers).put("streams", sums.publishers > 0 ? 1 : 0);
            figures(vhost, sums);
            vhosts.add(vhost);
        });
    }

    private Map<Place, Sums> sums() {
        Map<Place, Sums> sums = new TreeMap<>();
        for (Carried carried : streams.carried()) {
            if (hasNoApi(carried.origin())) {
                sums.computeIfAbsent(new Place(carried.origin(), carried.stream()), place -> new Sums())
                        .add(carried);
            }
        }
        for (StreamAdmin.DirectStream direct : streams.direct()) {
            if (hasNoApi(direct.origin())) {
                sums.computeIfAbsent(new Place(direct.origin(), direct.stream()), place -> new Sums()).publishers++;
            }
        }
        return sums;
    }

    private static Map<Place, String> publishers(ClusterWorkers.Found publishing) {
        Map<Place, String> publishers = new HashMap<>();
        publishing
                .sessions()
                .forEach(entry -> publishers.put(
                        new Place(entry.session().origin(), entry.session().stream()), Ids.session(entry)));
        return publishers;
    }

    private boolean hasNoApi(OriginId origin) {
        return origins.find(origin).flatMap(OriginApi::endpoint).isEmpty();
    }

    private ObjectNode stream(Place place, Sums sums, @Nullable String publisher) {
        StreamKey stream = place.stream();
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", Ids.stream(place.origin(), stream))
                .put("name", stream.stream())
                .put("vhost", Ids.vhost(stream.vhost()))
                .put("app", stream.app())
                .put("tcUrl", "")
                .put("url", url(stream))
                .put("live_ms", clock.millis())
                .put("clients", sums.publishers + sums.viewers)
                .put("frames", 0);
        figures(row, sums);
        ObjectNode publish = row.putObject("publish").put("active", sums.publishers > 0);
        if (publisher != null) {
            publish.put("cid", publisher);
        }
        row.putNull("video");
        row.putNull("audio");
        return row;
    }

    private static void figures(ObjectNode row, Sums sums) {
        row.put("send_bytes", sums.bytesOut).put("recv_bytes", sums.bytesIn);
        row.putObject("kbps").put("recv_30s", Math.round(sums.kbpsIn)).put("send_30s", Math.round(sums.kbpsOut));
    }

    /** Workers do not count the bytes of each session, so those are 0. */
    private ObjectNode client(SessionEntry entry) {
        SessionReport session = entry.session();
        StreamKey stream = session.stream();
        boolean publish = session.intent() == Intent.PUBLISH;
        long millis = Duration.between(session.startedAt(), clock.instant()).toMillis();
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", Ids.session(entry))
                .put("vhost", Ids.vhost(stream.vhost()))
                .put("stream", Ids.stream(session.origin(), stream))
                .put("ip", AddressText.host(session.clientAddress()))
                .put("pageUrl", "")
                .put("swfUrl", "")
                .put("tcUrl", "")
                .put("url", url(stream))
                .put("name", stream.stream())
                .put("type", type(session, publish))
                .put("publish", publish)
                .put("alive", Math.max(0, millis) / 1000.0)
                .put("send_bytes", 0)
                .put("recv_bytes", 0);
        row.putObject("kbps").put("recv_30s", 0).put("send_30s", 0);
        return row;
    }

    private static String url(StreamKey stream) {
        String vhost = stream.vhost().equals(StreamKey.DEFAULT_VHOST) ? "" : stream.vhost();
        return vhost + "/" + stream.app() + "/" + stream.stream();
    }

    private static String type(SessionReport session, boolean publish) {
        return switch (session.protocol()) {
            case RTMP -> publish ? "fmle-publish" : "rtmp-play";
            case WEBRTC -> publish ? "rtc-publish" : "rtc-play";
            case FLV, HLS, DASH, SRT, RTSP -> session.protocol().word() + (publish ? "-publish" : "-play");
        };
    }
}
