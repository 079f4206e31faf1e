package io.millrace.worker.access.ban;

import io.millrace.model.access.Ban;
import io.millrace.model.address.AddressText;
import io.millrace.model.address.Network;
import io.millrace.worker.admin.sessions.Admission;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** The bans in force. Refuses what they apply to, and ends it where it runs. */
public final class Bans implements Admission {

    private static final Logger LOG = Logger.getLogger(Bans.class);

    private final SessionTable sessions;
    private volatile BanIndex inForce = BanIndex.EMPTY;
    private List<Ban> known = List.of();

    public Bans(SessionTable sessions) {
        this.sessions = sessions;
    }

    /** A table came into use. What is banned newly is ended. */
    public synchronized void use(List<Ban> bans) {
        if (bans.equals(known)) {
            return;
        }
        Set<Ban> before = new HashSet<>(known);
        List<Ban> added = bans.stream().filter(ban -> !before.contains(ban)).toList();
        known = bans;
        inForce = BanIndex.of(bans);
        int ended = end(BanIndex.of(added));
        LOG.infof("bans in force=%d new=%d sessionsEnded=%d", bans.size(), added.size(), ended);
    }

    private int end(BanIndex added) {
        int ended = 0;
        if (!added.isEmpty()) {
            for (Session session : sessions.sessions()) {
                Optional<Ban> ban = find(added, session);
                if (ban.isPresent()) {
                    session.end(CloseReason.BANNED, detail(ban.get()));
                    ended++;
                }
            }
        }
        return ended;
    }

    @Override
    public Optional<OpenResult.Refused> enter(Session session) {
        BanIndex now = inForce;
        return now.isEmpty() ? Optional.empty() : find(now, session).map(Bans::refusal);
    }

    /** Bans that came while it was opened have not seen it. */
    @Override
    public void opened(Session session) {
        BanIndex now = inForce;
        if (!now.isEmpty()) {
            find(now, session).ifPresent(ban -> session.end(CloseReason.BANNED, detail(ban)));
        }
    }

    private static Optional<Ban> find(BanIndex bans, Session session) {
        Network address = Network.address(session.clientHost()).orElse(null);
        return bans.find(address, session.stream(), session.subject(), session.intent());
    }

    @Override
    public Optional<OpenResult.Refused> check(Permit permit, boolean begins) {
        BanIndex now = inForce;
        return now.isEmpty()
                ? Optional.empty()
                : now.find(
                                Network.address(AddressText.host(permit.clientAddress()))
                                        .orElse(null),
                                permit.stream(),
                                permit.subject(),
                                permit.intent())
                        .map(Bans::refusal);
    }

    /** Whether nothing that this client could want is allowed: its connections need not be read. */
    public boolean coverAllOf(InetAddress client) {
        BanIndex now = inForce;
        return !now.isEmpty() && now.find(Network.of(client)).isPresent();
    }

    private static OpenResult.Refused refusal(Ban ban) {
        return new OpenResult.Refused(CloseReason.BANNED, detail(ban));
    }

    private static String detail(Ban ban) {
        return "ban " + ban.id();
    }
}
