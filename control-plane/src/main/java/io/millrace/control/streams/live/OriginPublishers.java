package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The live publishers that origins themselves report. Most of them came through a worker, which reports them better; what
 * counts here is the rest, the direct ones. Any thread; one lock, held only for look-ups and updates in memory.
 */
public final class OriginPublishers {

    /** A list that was asked for so soon after a word may be older than the word: SRS announces a publisher before it lists it. */
    static final Duration LIST_LAG = Duration.ofSeconds(3);

    /**
     * How long an origin may still report a publisher that a worker carried: it notices late that a connection has broken.
     */
    static final Duration GHOST = Duration.ofSeconds(15);

    /** More publishers of one stream than any origin lets wait for each other. */
    private static final int MAX_CLIENTS = 16;

    /** So that calls of the hooks cannot fill the memory. */
    private static final int MAX_STREAMS = 200_000;

    private static final int MAX_ENDED = 10_000;

    private final Map<StreamKey, Map<OriginId, Said>> byStream = new HashMap<>();

    /** The same the other way round: a list of one origin must not cost a look at the streams of all. */
    private final Map<OriginId, Set<StreamKey>> byOrigin = new HashMap<>();

    /** Publishers that left lately: a list from before names them still. Oldest first. */
    private final Map<Client, Instant> ended = new LinkedHashMap<>();

    private record Client(StreamKey stream, OriginId origin, String name) {}

    /** What an origin says of one stream. */
    private static final class Said {
        private final Instant since;

        /** The origin's names of the publishers, and when it last named each. More than one while they take turns. */
        private final Map<String, Instant> clients = new LinkedHashMap<>();

        private @Nullable Instant carriedAt;
        private @Nullable OriginId conflictWith;

        private Said(Instant since) {
            this.since = since;
        }

        private boolean isDirect() {
            Instant carried = carriedAt;
            return carried == null || clients.values().stream().anyMatch(named -> named.isAfter(carried.plus(GHOST)));
        }
    }

    /** A publisher that no worker carries. */
    public record Direct(StreamKey stream, OriginId origin, Instant since, Instant saidAt) {}

    /** An origin says that a publisher is there. */
    public synchronized void add(StreamKey stream, OriginId origin, String client, Instant now) {
        if (byStream.size() >= MAX_STREAMS && !byStream.containsKey(stream)) {
            return;
        }
        Map<String, Instant> clients = byStream.computeIfAbsent(stream, key -> new HashMap<>(2))
                .computeIfAbsent(origin, key -> new Said(now))
                .clients;
        byOrigin.computeIfAbsent(origin, key -> new HashSet<>()).add(stream);
        clients.merge(client, now, (a, b) -> a.isAfter(b) ? a : b);
        if (clients.size() > MAX_CLIENTS) {
            clients.remove(clients.keySet().iterator().next());
        }
    }

    /** An origin says that a publisher has left; true if it was the last one there. */
    public synchronized boolean remove(StreamKey stream, OriginId origin, String client, Instant now) {
        Client left = new Client(stream, origin, client);
        ended.remove(left);
        ended.put(left, now);
        if (ended.size() > MAX_ENDED) {
            ended.remove(ended.keySet().iterator().next());
        }
        Said said = said(stream, origin);
        if (said == null || said.clients.remove(client) == null || !said.clients.isEmpty()) {
            return false;
        }
        drop(stream, origin);
        return true;
    }

    /**
     * Takes in a notice of an origin to another control plane. It may come after a later one.
     *
     * @return whether the last publisher there left
     */
    public synchronized boolean received(PublisherNotice notice, Instant at) {
        if (notice.published()) {
            Instant left = ended.get(new Client(notice.stream(), notice.origin(), notice.client()));
            if (left == null || !left.isAfter(at)) {
                add(notice.stream(), notice.origin(), notice.client(), at);
            }
            return false;
        }
        Said said = said(notice.stream(), notice.origin());
        Instant named = said == null ? null : said.clients.get(notice.client());
        // Named well after it had left: it has come again.
        boolean back = named != null && named.isAfter(at.plus(LIST_LAG));
        return !back && remove(notice.stream(), notice.origin(), notice.client(), at);
    }

    /**
     * All publishers of an origin at once.
     *
     * @param live the client that publishes each stream
     * @param complete whether a stream that is not in the list is not live
     * @param asked when the list was asked for: what was said later stands
     * @return the streams that are not live there any more
     */
    public synchronized List<StreamKey> replace(
            OriginId origin, Map<StreamKey, String> live, boolean complete, Instant asked) {
        live.forEach((stream, client) -> {
            Instant left = ended.get(new Client(stream, origin, client));
            if (left != null && left.isAfter(asked)) {
                return;
            }
            add(stream, origin, client, asked);
            Said known = said(stream, origin);
            if (known != null) {
                known.clients.values().removeIf(named -> named.isBefore(asked.minus(LIST_LAG)));
            }
        });
        if (!complete) {
            return List.of();
        }
        List<StreamKey> gone = new ArrayList<>();
        byOrigin.getOrDefault(origin, Set.of()).forEach(stream -> {
            Said known = said(stream, origin);
            if (known != null && !live.containsKey(stream)) {
                known.clients.values().removeIf(named -> named.isBefore(asked.minus(LIST_LAG)));
                if (known.clients.isEmpty()) {
                    gone.add(stream);
                }
            }
        });
        gone.forEach(stream -> drop(stream, origin));
        return gone;
    }

    /** Forgets all that an origin said, for instance since it was restarted. */
    public synchronized void forget(OriginId origin) {
        List.copyOf(byOrigin.getOrDefault(origin, Set.of())).forEach(stream -> drop(stream, origin));
    }

    public synchronized void forget(StreamKey stream) {
        List.copyOf(byStream.getOrDefault(stream, Map.of()).keySet()).forEach(origin -> drop(stream, origin));
    }

    /** A worker carries a publisher of the stream to that origin. */
    public synchronized void carried(StreamKey stream, OriginId origin, Instant now) {
        Said said = said(stream, origin);
        if (said != null) {
            said.carriedAt = now;
        }
    }

    public synchronized boolean isDirect(StreamKey stream, OriginId origin) {
        Said said = said(stream, origin);
        return said != null && said.isDirect();
    }

    public synchronized Optional<Direct> find(StreamKey stream, OriginId origin) {
        Said said = said(stream, origin);
        return said != null && said.isDirect() ? Optional.of(direct(stream, origin, said)) : Optional.empty();
    }

    /** The direct publishers of a stream, the one that came last first. */
    public synchronized List<Direct> of(StreamKey stream) {
        return byStream.getOrDefault(stream, Map.of()).entrySet().stream()
                .filter(entry -> entry.getValue().isDirect())
                .map(entry -> direct(stream, entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Direct::since).reversed().thenComparing(Direct::origin))
                .toList();
    }

    public synchronized Set<StreamKey> streams() {
        return Set.copyOf(byStream.keySet());
    }

    /** Notes that a publisher is one too many; true the first time. */
    public synchronized boolean markConflict(Direct direct, OriginId with) {
        Said said = said(direct.stream(), direct.origin());
        if (said == null || with.equals(said.conflictWith)) {
            return false;
        }
        said.conflictWith = with;
        return true;
    }

    public synchronized int size() {
        return byStream.values().stream().mapToInt(Map::size).sum();
    }

    private static Direct direct(StreamKey stream, OriginId origin, Said said) {
        Instant last = said.clients.values().stream().max(Instant::compareTo).orElse(said.since);
        return new Direct(stream, origin, said.since, last);
    }

    private @Nullable Said said(StreamKey stream, OriginId origin) {
        Map<OriginId, Said> origins = byStream.get(stream);
        return origins == null ? null : origins.get(origin);
    }

    private void drop(StreamKey stream, OriginId origin) {
        byStream.computeIfPresent(stream, (key, origins) -> {
            origins.remove(origin);
            return origins.isEmpty() ? null : origins;
        });
        byOrigin.computeIfPresent(origin, (key, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
    }
}
