package io.millrace.worker.webrtc.relay;

import io.millrace.worker.webrtc.codec.StunMessage;
import io.millrace.worker.webrtc.codec.StunUsername;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ways to one client: which of them the origin accepted, and which one media takes.
 *
 * <p>A check goes to the origin wherever it came from, since only who knows the password can tell a genuine one. Its answer goes to
 * the path that asked, by the transaction's id. Success makes the way that it came by the session's. Some origins take every check for
 * genuine, so a check must at least have the user name of the first accepted one.
 *
 * <p>Media goes by the first way, and as soon as the client sends DTLS or media of its own, by the way that these take: a client
 * sends them by the way that it has chosen. Nominations alone do not tell, since a client may nominate all its ways for good measure
 * and would get its media by turns; they count until the client's own media comes, and again when it comes no more.
 */
final class ClientPaths {

    private static final int MAX_ACCEPTED = 4;

    /** A client with many addresses sends some twenty a second while it begins. */
    private static final int MAX_CHECKS_PER_SECOND = 100;

    private final RelayMetrics metrics;
    private final Transactions transactions = new Transactions();
    private final List<ClientPath> accepted = new ArrayList<>(1);
    private @Nullable ClientPath media;
    private @Nullable ClientPath lastAsker;
    private Optional<String> client = Optional.empty();
    private boolean mediaReceived;
    private int checks = MAX_CHECKS_PER_SECOND;

    ClientPaths(RelayMetrics metrics) {
        this.metrics = metrics;
    }

    /** The one that was accepted, if this is the same way. */
    ClientPath known(ClientPath path) {
        for (ClientPath one : accepted) {
            if (one.isSameAs(path)) {
                return one;
            }
        }
        return path;
    }

    /** A request came. Empty if it may go to the origin. */
    Optional<Drop> ask(ClientPath path, StunMessage request) {
        Optional<String> checking = request.username().map(StunUsername::checking);
        if (client.isPresent() && checking.isPresent() && !client.equals(checking)) {
            return Optional.of(Drop.WRONG_CLIENT);
        }
        boolean isClients = accepted.contains(path);
        if (!isClients && --checks < 0) {
            return Optional.of(Drop.TOO_MANY_CHECKS);
        }
        lastAsker = path;
        return transactions.ask(request, path, isClients) ? Optional.empty() : Optional.of(Drop.REPLAYED);
    }

    /** Which path the origin answers; null when none asked lately. */
    @Nullable
    ClientPath asker(StunMessage answer) {
        Transactions.Asked asked = transactions.find(answer.id());
        return asked == null ? null : known(asked.path());
    }

    /** The origin answered a check with success. */
    void accepted(StunMessage answer, RelaySession session, long nowMillis) {
        Transactions.Asked asked = transactions.find(answer.id());
        if (asked == null) {
            return;
        }
        transactions.answered(asked);
        client = client.or(asked::checking);
        ClientPath path = known(asked.path());
        path.proven(nowMillis);
        if (!accepted.contains(path)) {
            admit(path, session);
        }
        boolean mayTurn = !mediaReceived || media == null || media.isSilent();
        if (media == null || (asked.nominates() && mayTurn)) {
            use(path);
        }
    }

    private void admit(ClientPath path, RelaySession session) {
        if (accepted.size() >= MAX_ACCEPTED) {
            accepted.stream()
                    .filter(one -> one != media)
                    .min(Comparator.comparingLong(ClientPath::provenAtMillis))
                    .ifPresent(oldest -> {
                        accepted.remove(oldest);
                        oldest.leave();
                    });
        }
        accepted.add(path);
        // It is active just now, whichever second its check is counted in.
        path.active();
        path.belongsTo(session);
    }

    /** DTLS or media came from there. */
    void mediaFrom(ClientPath path) {
        if (path == media) {
            mediaReceived = true;
        } else if (accepted.contains(path)) {
            mediaReceived = true;
            use(path);
        }
    }

    private void use(@Nullable ClientPath path) {
        if (media != null) {
            metrics.active(media.transport(), -1);
        }
        media = path;
        if (path != null) {
            metrics.active(path.transport(), 1);
        }
    }

    @Nullable
    ClientPath media() {
        return media;
    }

    /** @return whether that was the last one */
    boolean lost(ClientPath path) {
        if (!accepted.remove(path)) {
            return false;
        }
        if (media == path) {
            use(null);
        }
        return accepted.isEmpty();
    }

    /** Every second; says whether anything came by a way that is the session's. */
    boolean tick() {
        checks = MAX_CHECKS_PER_SECOND;
        boolean active = false;
        for (ClientPath path : accepted) {
            active |= path.tick();
        }
        return active;
    }

    void leaveAll() {
        use(null);
        accepted.forEach(ClientPath::leave);
        accepted.clear();
    }

    /** Where the client is, for people. */
    String shown() {
        ClientPath shown = media == null ? lastAsker : media;
        return shown == null ? "" : shown.shown();
    }
}
