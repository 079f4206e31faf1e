package io.millrace.worker.admin.sessions;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Binding;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressShares;
import io.millrace.model.log.LogText;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.StreamReport;
import io.millrace.worker.telemetry.TimeOfDay;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Every session that is open on this worker, and how each of them ended. Safe from any thread. */
@Singleton
public final class SessionTable {

    private static final Logger LOG = Logger.getLogger(SessionTable.class);
    private static final int JOURNAL_CAPACITY = 50_000;
    private static final int MAX_IDLE_STREAMS = 10_000;

    private final SessionLimits limits;
    private final InstantSource clock;
    private final TimeOfDay timeOfDay;
    private final ConcurrentHashMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final StreamIndex byStream = new StreamIndex();
    private final AddressShares places;
    private final AtomicLong nextId = new AtomicLong();
    private final long idSalt;
    private final StreamTallies tallies = new StreamTallies(MAX_IDLE_STREAMS);
    private final SessionJournal journal = new SessionJournal(JOURNAL_CAPACITY);
    private final List<Runnable> publisherListeners = new CopyOnWriteArrayList<>();
    private final WaitingSessions waiting;
    private final SessionMetrics metrics;
    private final Rejects rejects;
    private final ReentrantLock lastGone = new ReentrantLock();
    private final Condition noSessions = lastGone.newCondition();
    private final List<Admission> admissions = new CopyOnWriteArrayList<>();
    private volatile Authorizer authorizer = Authorizer.NONE;
    private volatile @Nullable String refusal;

    SessionTable(
            SessionLimits limits,
            InstantSource clock,
            TimeOfDay timeOfDay,
            RandomGenerator random,
            MeterRegistry registry) {
        this.limits = limits;
        this.places = new AddressShares(limits.maxSessions(), limits.maxAddressShare());
        this.clock = clock;
        this.timeOfDay = timeOfDay;
        this.idSalt = random.nextLong(1L << 20);
        this.waiting = new WaitingSessions(limits);
        this.metrics = new SessionMetrics(registry, sessions.values(), waiting);
        this.rejects = new Rejects(clock, (reason, line) -> LOG.log(reason.logLevel(), line));
    }

    /**
     * A client named the stream it wants: every one of every protocol comes by here. Answers at once where nothing has to be asked elsewhere; else
     * the client waits, and may be gone when the answer comes.
     *
     * @param loop where {@code then} runs when the answer comes later
     */
    public void permit(AccessRequest request, Executor loop, Consumer<Permission> then) {
        OpenResult.Refused draining = drainRefusal(request.protocol(), request.clientAddress());
        if (draining != null) {
            then.accept(draining);
            return;
        }
        CompletableFuture<Authorizer.Verdict> verdict = authorizer.decide(request);
        if (verdict.isDone()) {
            then.accept(permission(request, verdict.join()));
        } else {
            verdict.thenAcceptAsync(decided -> then.accept(permission(request, decided)), loop);
        }
    }

    private Permission permission(AccessRequest request, Authorizer.Verdict verdict) {
        return switch (verdict) {
            case Authorizer.Verdict.Allowed(String subject) ->
                new Permit(request.protocol(), request.intent(), request.stream(), request.clientAddress(), subject);
            case Authorizer.Verdict.Denied(CloseReason reason, String detail) -> {
                rejected(request.protocol(), reason, request.clientAddress(), detail);
                yield new OpenResult.Refused(reason, detail);
            }
        };
    }

    private OpenResult.@Nullable Refused drainRefusal(Protocol protocol, String clientAddress) {
        String draining = refusal;
        if (draining == null) {
            return null;
        }
        rejected(protocol, CloseReason.DRAINED, clientAddress, draining);
        return new OpenResult.Refused(CloseReason.DRAINED, draining);
    }

    /** Opens a session for a client that may. The caller must {@link #close} what was opened. */
    public OpenResult open(Permit permit, SessionHandle handle) {
        OpenResult.Refused draining = drainRefusal(permit.protocol(), permit.clientAddress());
        if (draining != null) {
            return draining;
        }
        Session session = new Session(newId(), permit, timeOfDay.instant(), handle, waiting);
        OpenResult.Refused refused = refusalOf(session);
        if (refused != null) {
            rejected(permit.protocol(), refused.reason(), permit.clientAddress(), refused.detail());
            return refused;
        }
        sessions.put(session.id(), session);
        byStream.add(session);
        metrics.opened(session);
        admissions.forEach(admission -> admission.opened(session));
        return new OpenResult.Opened(session);
    }

    /** Null when it may open; then it has its place. */
    private OpenResult.@Nullable Refused refusalOf(Session session) {
        List<Admission> entered = new ArrayList<>(admissions.size());
        OpenResult.Refused refused = null;
        for (Admission admission : admissions) {
            refused = admission.enter(session).orElse(null);
            if (refused != null) {
                break;
            }
            entered.add(admission);
        }
        if (refused == null) {
            refused = placeRefusal(session.clientHost());
        }
        if (refused != null) {
            entered.forEach(admission -> admission.left(session));
        }
        return refused;
    }

    private OpenResult.@Nullable Refused placeRefusal(String host) {
        return switch (places.take(host)) {
            case TAKEN -> null;
            case NONE ->
                new OpenResult.Refused(
                        CloseReason.TOO_MANY_SESSIONS, "millrace.max-sessions is " + limits.maxSessions());
            case NONE_FOR_ADDRESS ->
                new OpenResult.Refused(
                        CloseReason.TOO_MANY_OF_ADDRESS,
                        "its address has its share of millrace.max-sessions (millrace.max-address-share)");
        };
    }

    /**
     * Whether a request without a session at hand is refused although it has a permit; then that is counted and logged already.
     *
     * @param begins whether it asks for a session that will be opened elsewhere or later; else it belongs to one that is open somewhere
     */
    public Optional<OpenResult.Refused> refusal(Permit permit, boolean begins) {
        for (Admission admission : admissions) {
            Optional<OpenResult.Refused> refused = admission.check(permit, begins);
            if (refused.isPresent()) {
                rejected(
                        permit.protocol(),
                        refused.get().reason(),
                        permit.clientAddress(),
                        refused.get().detail());
                return refused;
            }
        }
        return Optional.empty();
    }

    /** From now on it decides who may publish and play. */
    public void authorizeBy(Authorizer next) {
        authorizer = next;
    }

    /** It is asked before a session opens, after those that came before it. */
    public void admitBy(Admission admission) {
        admissions.add(admission);
    }

    /**
     * The origin accepted the session's publish or play; call it again when the session goes on to another origin.
     *
     * @param epoch of the binding that led there; 0 when this worker placed the stream alone
     */
    public void relaying(Session session, Origin origin, long epoch) {
        synchronized (session) {
            if (session.isClosed()) {
                return;
            }
            Optional<Session.Relaying> before = session.relaying();
            before.ifPresent(place -> tallies.remove(session, place.origin().id()));
            session.relay(new Session.Relaying(origin, epoch));
            tallies.add(session, origin.id(), epoch);
            journal.opened(report(session, origin.id()), before.isEmpty());
            if (epoch != Binding.UNCONFIRMED) {
                waiting.remove(session);
            }
        }
        LOG.infof(
                "relaying session=%s protocol=%s intent=%s stream=%s client=%s origin=%s epoch=%d",
                session.id(),
                session.protocol().word(),
                session.intent().word(),
                LogText.quoted(session.stream().toString()),
                session.clientAddress(),
                origin.displayName(),
                epoch);
        notifyPublisherListeners(session);
    }

    /** The session is over. Only the first call counts: it makes the one log line and the one count. */
    public void close(Session session, CloseReason reason, String detail) {
        Optional<Session.Relaying> place;
        synchronized (session) {
            if (!session.markClosed()) {
                return;
            }
            place = session.relaying();
            place.ifPresent(relaying -> {
                tallies.remove(session, relaying.origin().id());
                journal.closed(session.id());
            });
        }
        waiting.remove(session);
        sessions.remove(session.id());
        byStream.remove(session);
        places.release(session.clientHost());
        admissions.forEach(admission -> admission.left(session));
        try {
            metrics.closed(session, reason);
            LOG.log(reason.logLevel(), endLine(session, place, reason, detail));
            if (place.isPresent()) {
                notifyPublisherListeners(session);
            }
        } finally {
            if (sessions.isEmpty()) {
                signalThatNoneIsLeft();
            }
        }
    }

    private void signalThatNoneIsLeft() {
        lastGone.lock();
        try {
            noSessions.signalAll();
        } finally {
            lastGone.unlock();
        }
    }

    /**
     * Waits until no session is open; not for event loops.
     *
     * @param deadlineNanos by {@link System#nanoTime}
     * @return whether none is open
     */
    public boolean awaitNone(long deadlineNanos) throws InterruptedException {
        lastGone.lock();
        try {
            while (!sessions.isEmpty()) {
                if (noSessions.awaitNanos(deadlineNanos - System.nanoTime()) <= 0) {
                    return sessions.isEmpty();
                }
            }
            return true;
        } finally {
            lastGone.unlock();
        }
    }

    private String endLine(Session session, Optional<Session.Relaying> place, CloseReason reason, String detail) {
        double seconds =
                Duration.between(session.startedAt(), timeOfDay.instant()).toMillis() / 1000.0;
        return "ended session=%s protocol=%s intent=%s stream=%s client=%s origin=%s seconds=%.1f bytesIn=%d bytesOut=%d reason=%s detail=%s"
                .formatted(
                        session.id(),
                        session.protocol().word(),
                        session.intent().word(),
                        LogText.quoted(session.stream().toString()),
                        session.clientAddress(),
                        place.map(relaying -> relaying.origin().displayName()).orElse("none"),
                        seconds,
                        session.bytesIn(),
                        session.bytesOut(),
                        reason.metricTag(),
                        LogText.quoted(detail));
    }

    /** A connection ended before it named a stream, or was turned away. Counted each, logged at a bounded rate. */
    public void rejected(Protocol protocol, CloseReason reason, String clientAddress, String detail) {
        rejected(protocol.word(), reason, clientAddress, detail);
    }

    /** @param protocol a word for what several protocols share, like {@code http}, when it is not known which one was meant */
    public void rejected(String protocol, CloseReason reason, String clientAddress, String detail) {
        metrics.rejected(protocol, reason);
        rejects.add(protocol, reason, clientAddress, detail);
    }

    /** From now on every {@link #open} is refused as drained. */
    public void refuseNew(String why) {
        refusal = why;
    }

    /** Logs the rejects that were counted but not logged yet; called every second. */
    void logRejects() {
        rejects.flush();
    }

    /**
     * A player of a stream that is not published will have a session here or at another worker: it counts as one that waits, for a minute
     * or until its media comes.
     *
     * @return takes that back; empty when as many such streams are waited for as may be
     */
    public Optional<Runnable> expectWaiting(StreamKey stream, String clientAddress) {
        return waiting.expect(stream, clientAddress, clock.instant());
    }

    /** Those that waited for a publisher and play by now count no longer; called every second. */
    void sweepWaiting() {
        waiting.sweep(clock.instant());
    }

    public int size() {
        return sessions.size();
    }

    /** A live view; safe to walk while sessions come and go. */
    public Collection<Session> sessions() {
        return java.util.Collections.unmodifiableCollection(sessions.values());
    }

    public Optional<Session> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /** @return whether there was such a session */
    public boolean end(String id, CloseReason reason, String detail) {
        Optional<Session> session = find(id);
        session.ifPresent(found -> found.end(reason, detail));
        return session.isPresent();
    }

    /**
     * @param keepOrigin sessions on this origin stay
     * @return how many were asked to end
     */
    public int endStream(StreamKey stream, @Nullable OriginId keepOrigin, CloseReason reason, String detail) {
        int ended = 0;
        for (Session session : byStream.of(stream)) {
            boolean stays = session.relaying()
                    .filter(relaying -> relaying.origin().id().equals(keepOrigin))
                    .isPresent();
            if (!stays) {
                session.end(reason, detail);
                ended++;
            }
        }
        return ended;
    }

    /** @return how many were asked to end */
    public int endAll(CloseReason reason, String detail) {
        List<Session> all = List.copyOf(sessions.values());
        all.forEach(session -> session.end(reason, detail));
        return all.size();
    }

    /** What this worker carries now, one entry per stream and origin. */
    public List<StreamReport> streamReports() {
        return tallies.reports();
    }

    /** Every session that an origin has accepted. */
    public List<SessionReport> sessionReports() {
        return sessions.values().stream()
                .flatMap(session -> session.relaying().stream()
                        .map(relaying -> report(session, relaying.origin().id())))
                .toList();
    }

    public SessionJournal journal() {
        return journal;
    }

    /** Bytes from clients since the worker started. */
    public long bytesIn() {
        return metrics.bytesIn();
    }

    /** Bytes to clients since the worker started. */
    public long bytesOut() {
        return metrics.bytesOut();
    }

    /** Called whenever a publisher was accepted by an origin or left it; must be quick, any thread calls it. */
    public void onPublisherChange(Runnable listener) {
        publisherListeners.add(listener);
    }

    private void notifyPublisherListeners(Session session) {
        if (session.intent() == Intent.PUBLISH) {
            publisherListeners.forEach(Runnable::run);
        }
    }

    private static SessionReport report(Session session, OriginId origin) {
        Instant startedAt = session.startedAt();
        return new SessionReport(
                session.id(),
                session.protocol(),
                session.intent(),
                session.stream(),
                origin,
                session.clientAddress(),
                session.subject(),
                startedAt);
    }

    private String newId() {
        String salt = Long.toString(idSalt + (1L << 20), 32).toLowerCase(Locale.ROOT);
        return "s-" + Long.toString(nextId.incrementAndGet(), 32) + "-" + salt.substring(1);
    }
}
