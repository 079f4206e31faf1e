package io.millrace.worker.access.limit;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.access.VhostUse;
import io.millrace.model.address.AddressGroup;
import io.millrace.model.address.AddressText;
import io.millrace.worker.admin.sessions.Admission;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions of vhosts with limits within what the control plane lets this worker have: refuses new ones, and ends the newest viewers that are
 * too many. Before it was told, the limit itself counts; while the control plane is away, what it said last.
 */
public final class VhostLimiter implements Admission {

    private static final Logger LOG = Logger.getLogger(VhostLimiter.class);

    /** Between two reports whose cause is that a vhost has all that it may have here. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final SessionTable sessions;
    private final LongSupplier nanoTime;
    private final Map<String, VhostHolding> holdings = new HashMap<>();
    private Map<String, Granted> grants = Map.of();
    private volatile List<VhostLimits> limits = List.of();
    private volatile Runnable reportSoon = () -> {};
    private long askedAt;

    private record Granted(VhostGrant grant, Set<String> fullAddresses) {}

    public VhostLimiter(SessionTable sessions, LongSupplier nanoTime) {
        this.sessions = sessions;
        this.nanoTime = nanoTime;
        this.askedAt = nanoTime.getAsLong() - PAUSE.toNanos();
    }

    /** A table came into use. */
    public synchronized void use(List<VhostLimits> next) {
        if (next.equals(limits)) {
            return;
        }
        limits = next;
        holdings.keySet().removeIf(vhost -> VhostLimits.of(next, vhost).isEmpty());
        if (next.isEmpty()) {
            grants = Map.of();
            return;
        }
        // A session that is being opened or closed meanwhile waits for this, and is taken in or out after.
        sessions.sessions().stream()
                .filter(session -> limitsOf(session.stream()).isPresent())
                .sorted(Comparator.comparing(Session::startedAt))
                .forEach(this::add);
    }

    /** Who makes the report that asks for more. */
    public void onFull(Runnable report) {
        reportSoon = report;
    }

    @Override
    public Optional<OpenResult.Refused> enter(Session session) {
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        Optional<OpenResult.Refused> refused;
        boolean ask = false;
        synchronized (this) {
            VhostLimits found = limitsOf(session.stream()).orElse(null);
            if (found == null) {
                return Optional.empty();
            }
            refused = refusal(found, session.intent(), session.stream().vhost(), session.clientHost());
            if (refused.isEmpty()) {
                add(session);
            }
            if (refused.isPresent() || isUsedUp(found, session)) {
                ask = mayAsk();
            }
        }
        if (ask) {
            reportSoon.run();
        }
        return refused;
    }

    @Override
    public Optional<OpenResult.Refused> check(Permit permit, boolean begins) {
        if (!begins || limits.isEmpty()) {
            return Optional.empty();
        }
        synchronized (this) {
            return limitsOf(permit.stream())
                    .flatMap(found -> refusal(
                            found, permit.intent(), permit.stream().vhost(), AddressText.host(permit.clientAddress())));
        }
    }

    @Override
    public void left(Session session) {
        if (limits.isEmpty()) {
            return;
        }
        synchronized (this) {
            VhostHolding holding = holdings.get(session.stream().vhost());
            if (holding != null) {
                holding.remove(session);
                if (holding.isEmpty()) {
                    holdings.remove(session.stream().vhost());
                }
            }
        }
    }

    private Optional<VhostLimits> limitsOf(StreamKey stream) {
        return VhostLimits.of(limits, stream.vhost());
    }

    private void add(Session session) {
        holdings.computeIfAbsent(session.stream().vhost(), VhostHolding::new).add(session, nanoTime.getAsLong());
    }

    private Optional<OpenResult.Refused> refusal(VhostLimits found, Intent intent, String vhost, String clientHost) {
        VhostHolding holding = holdings.get(vhost);
        Integer most = most(found, intent, vhost);
        int has = holding == null ? 0 : holding.count(intent);
        if (most != null && has >= most) {
            String setting = intent == Intent.PUBLISH ? "maxPublishers" : "maxViewers or maxKbps";
            return Optional.of(new OpenResult.Refused(
                    CloseReason.VHOST_FULL, "its vhost has all that it may have (" + setting + " of its limits)"));
        }
        Integer ofAddress = found.maxSessionsPerAddress();
        if (ofAddress != null) {
            String group = AddressGroup.of(clientHost);
            Granted granted = grants.get(vhost);
            boolean isFull = (holding == null ? 0 : holding.ofAddress(group)) >= ofAddress
                    || (granted != null && granted.fullAddresses().contains(group));
            if (isFull) {
                return Optional.of(
                        new OpenResult.Refused(
                                CloseReason.TOO_MANY_OF_ADDRESS,
                                "its address has all sessions of this vhost that it may have (maxSessionsPerAddress of its limits)"));
            }
        }
        return Optional.empty();
    }

    /** Null for as many as come. */
    private @Nullable Integer most(VhostLimits found, Intent intent, String vhost) {
        Granted granted = grants.get(vhost);
        Integer own = intent == Intent.PUBLISH ? found.maxPublishers() : found.maxViewers();
        boolean isLimited = own != null || (intent == Intent.PLAY && found.maxKbps() != null);
        if (!isLimited || granted == null) {
            return own;
        }
        Integer may = intent == Intent.PUBLISH
                ? granted.grant().publishers()
                : granted.grant().viewers();
        return may == null || own == null ? (may == null ? own : may) : Integer.valueOf(Math.min(may, own));
    }

    /** Whether no more of its kind may come, or it is not known how many may. */
    private boolean isUsedUp(VhostLimits found, Session session) {
        String vhost = session.stream().vhost();
        VhostHolding holding = holdings.get(vhost);
        Integer most = most(found, session.intent(), vhost);
        return !grants.containsKey(vhost)
                || (most != null && holding != null && holding.count(session.intent()) >= most);
    }

    private boolean mayAsk() {
        long now = nanoTime.getAsLong();
        boolean may = now - askedAt >= PAUSE.toNanos();
        if (may) {
            askedAt = now;
        }
        return may;
    }

    /** For the next report. */
    public List<VhostUse> use() {
        if (limits.isEmpty()) {
            return List.of();
        }
        synchronized (this) {
            long now = nanoTime.getAsLong();
            return holdings.values().stream().map(holding -> holding.use(now)).toList();
        }
    }

    /** What the answer to a report lets this worker have; one that says nothing changes nothing. */
    public void granted(List<VhostGrant> next) {
        if (limits.isEmpty() || next.isEmpty()) {
            return;
        }
        List<Session> tooMany = new ArrayList<>();
        synchronized (this) {
            Map<String, Granted> all = new HashMap<>();
            next.forEach(grant -> all.put(grant.vhost(), new Granted(grant, Set.copyOf(grant.fullAddresses()))));
            grants = all;
            holdings.forEach((vhost, holding) -> {
                Granted granted = all.get(vhost);
                Integer viewers = granted == null ? null : granted.grant().viewers();
                if (viewers != null && holding.count(Intent.PLAY) > viewers) {
                    int many = holding.count(Intent.PLAY) - viewers;
                    LOG.infof("vhost has too many viewers vhost=%s ends=%d", vhost, many);
                    tooMany.addAll(holding.newestViewers(many));
                }
            });
        }
        tooMany.forEach(session -> session.end(
                CloseReason.VHOST_FULL, "its vhost has more than it may have (maxViewers or maxKbps of its limits)"));
    }
}
