package io.millrace.control.peers;

import io.millrace.control.peers.PeerClient.Answers;
import io.millrace.control.peers.PeerClient.Question;
import io.millrace.control.peers.PeerClient.Silent;
import io.millrace.control.workers.Order;
import io.millrace.control.workers.SessionEntry;
import io.millrace.control.workers.SessionPosition;
import io.millrace.control.workers.SessionQuery;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.WorkerPhase;
import io.millrace.control.workers.WorkerSnapshot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    /** The control plane to which a worker reports; empty when it is this one, or none that is there. */
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
