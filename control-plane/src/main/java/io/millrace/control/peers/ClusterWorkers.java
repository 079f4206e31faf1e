package io.millrace.control.peers;

import io.millrace.control.peers.PeerClient.Answers;
import io.millrace.control.peers.PeerClient.Question;
import io.millrace.control.peers.PeerClient.Silent;
import io.millrace.control.workers.Order;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.session.SessionQuery;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What only the control plane knows or can do to which a worker reports: its sessions, ending one, draining it. Asks that control plane
 * where it is not this one.
 */
public final class ClusterWorkers {

    private final WorkerDirectory local;
    private final Peers peers;
    private final PeerClient client;

    public ClusterWorkers(WorkerDirectory local, Peers peers, PeerClient client) {
        this.local = local;
        this.peers = peers;
        this.client = client;
    }

    /**
     * @param sessions in order
     * @param silent control planes whose part is missing
     */
    public record Found(List<SessionEntry> sessions, List<Silent> silent) {}

    /** What a peer lists. */
    public record Sessions(List<SessionEntry> sessions) {}

    /**
     * What a control plane is asked for of a page.
     *
     * @param end the first one that is not wanted
     */
    public record PartQuery(SessionQuery query, int begin, int end) {

        public PartQuery {
            begin = Math.max(0, begin);
        }
    }

    /** @param count how many there are in all */
    public record Part(int count, List<SessionEntry> sessions) {

        private static final Part NONE = new Part(0, List.of());
    }

    private record Range(int begin, int end) {}

    private static final Range NOTHING = new Range(0, 0);

    /** What came of an order that another control plane passed on. */
    public record OrderAnswer(Order order) {}

    public Found sessions(SessionQuery query) {
        List<SessionEntry> here = localSessions(query);
        Collection<Peer> asked = query.worker() == null
                ? peers.others()
                : owner(query.worker()).map(List::of).orElse(List.of());
        if (asked.isEmpty()) {
            return new Found(here, List.of());
        }
        Answers<Sessions> elsewhere = client.ask(asked, new Question("POST", "/sessions", query), Sessions.class);
        // While a worker changes over, two may know its sessions.
        Map<SessionPosition, SessionEntry> merged = new TreeMap<>();
        elsewhere.answers().forEach(answer -> answer.sessions().forEach(entry -> merged.put(entry.position(), entry)));
        here.forEach(entry -> merged.put(entry.position(), entry));
        return new Found(merged.values().stream().limit(query.limit()).toList(), elsewhere.silent());
    }

    /**
     * A page of all sessions that a query wants, by control plane, worker and id; its limit and position do not matter. First each control plane
     * is asked how many it knows, then those of the page for their part, so that a deep page costs no more than the first. While a worker
     * changes over, two may count its sessions.
     *
     * @param end the first one that is not wanted
     */
    public Found page(SessionQuery query, int begin, int end) {
        if (begin >= end) {
            return new Found(List.of(), List.of());
        }
        Peer self = peers.self();
        Answers<Part> counted =
                askForParts(query, peers.others().stream().collect(Collectors.toMap(peer -> peer, peer -> NOTHING)));
        Map<Peer, Integer> counts = new TreeMap<>(Comparator.comparing(Peer::run));
        counted.byPeer().forEach((peer, part) -> counts.put(peer, part.count()));
        counts.put(self, local.count(query::accepts));
        Map<Peer, Range> ranges = new LinkedHashMap<>();
        int before = 0;
        for (Map.Entry<Peer, Integer> each : counts.entrySet()) {
            Range range = new Range(Math.max(0, begin - before), Math.min(each.getValue(), end - before));
            if (range.begin() < range.end()) {
                ranges.put(each.getKey(), range);
            }
            before += each.getValue();
        }
        Map<Peer, Range> elsewhere = new LinkedHashMap<>(ranges);
        elsewhere.remove(self);
        Answers<Part> parts = askForParts(query, elsewhere);
        Map<SessionPosition, SessionEntry> page = new LinkedHashMap<>();
        ranges.forEach((peer, range) -> {
            List<SessionEntry> part = peer.equals(self)
                    ? local.page(query::accepts, range.begin(), range.end())
                    : parts.byPeer().getOrDefault(peer, Part.NONE).sessions();
            part.forEach(entry -> page.putIfAbsent(entry.position(), entry));
        });
        return new Found(
                List.copyOf(page.values()),
                Stream.concat(counted.silent().stream(), parts.silent().stream())
                        .toList());
    }

    private Answers<Part> askForParts(SessionQuery query, Map<Peer, Range> ranges) {
        Map<Peer, Question> questions = new LinkedHashMap<>();
        ranges.forEach((peer, range) -> questions.put(
                peer, new Question("POST", "/sessions/part", new PartQuery(query, range.begin(), range.end()))));
        return client.ask(questions, Part.class);
    }

    /** For a peer that asks. */
    public Part localPart(PartQuery wanted) {
        int end = Math.min(wanted.end(), wanted.begin() + SessionQuery.MAX_LIMIT);
        return new Part(local.count(wanted.query()::accepts), local.page(wanted.query()::accepts, wanted.begin(), end));
    }

    /** For a peer that asks. */
    public List<SessionEntry> localSessions(SessionQuery query) {
        return local.sessions(query.after(), query::accepts, query.limit());
    }

    /** @throws SilentPeerException when the control plane to which the worker reports does not answer */
    public Order drain(String worker, String actor) {
        Optional<Peer> owner = owner(worker);
        return owner.isEmpty()
                ? local.drain(worker, actor)
                : order(owner.get(), "/workers/" + part(worker) + "/drain?actor=" + part(actor));
    }

    /**
     * Ends a session.
     *
     * @param worker needed only when two workers use the same session id
     * @throws SilentPeerException when a control plane that may know the session does not answer
     */
    public Order kick(String session, @Nullable String worker, String actor) {
        Found found = sessions(new SessionQuery(null, session, null, worker, null, Set.of(), 2));
        if (found.sessions().size() > 1) {
            return Order.AMBIGUOUS;
        }
        if (found.sessions().isEmpty()) {
            found.silent().stream().findFirst().ifPresent(silent -> {
                throw new SilentPeerException(silent);
            });
            return Order.UNKNOWN;
        }
        String carrier = found.sessions().getFirst().worker();
        Optional<Peer> owner = owner(carrier);
        return owner.isEmpty()
                ? local.kick(session, carrier, actor)
                : order(
                        owner.get(),
                        "/sessions/" + part(session) + "/kick?worker=" + part(carrier) + "&actor=" + part(actor));
    }

    private Order order(Peer owner, String path) {
        Answers<OrderAnswer> answers = client.ask(List.of(owner), new Question("POST", path, null), OrderAnswer.class);
        answers.silent().forEach(silent -> {
            throw new SilentPeerException(silent);
        });
        return answers.answers().stream().findFirst().map(OrderAnswer::order).orElse(Order.UNKNOWN);
    }

    /** The control plane to which a worker reports; empty when it is this one, or none that runs. */
    private Optional<Peer> owner(String worker) {
        return local.find(worker)
                .filter(seen -> seen.phase() != WorkerPhase.LOST)
                .map(WorkerSnapshot::controlPlane)
                .flatMap(peers::other);
    }

    private static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
