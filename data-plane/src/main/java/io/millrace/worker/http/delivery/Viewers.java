package io.millrace.worker.http.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permission;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Viewers of playlists as sessions: they hold no connection, so a viewer is known by a number in its URIs, and is present as long as it
 * asks for something. Safe from any thread.
 */
public final class Viewers {

    private static final Duration KICKED_FOR = Duration.ofMinutes(1);
    private static final int MAX_KICKED = 100_000;
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(15);
    private static final int IDLE_TARGETS = 3;

    private final SessionTable sessions;
    private final Ticker ticker;
    private final ConcurrentHashMap<Who, Viewer> present = new ConcurrentHashMap<>();
    private final Cache<Who, Boolean> kicked;

    public Viewers(SessionTable sessions, Ticker ticker) {
        this.sessions = sessions;
        this.ticker = ticker;
        this.kicked = Caffeine.newBuilder()
                .maximumSize(MAX_KICKED)
                .expireAfterWrite(KICKED_FOR)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** One viewer of one stream. */
    record Who(Protocol protocol, StreamKey stream, long number) {}

    /** A viewer that is present. */
    final class Viewer {

        private final Who who;
        private final Session session;
        private long seenNanos;
        private long idleNanos = SHORTEST_IDLE.toNanos();

        private Viewer(Who who, Session session) {
            this.who = who;
            this.session = session;
        }

        /** Several connections of one viewer may be at it at once, on different loops. */
        synchronized void sent(long bytes) {
            session.countOut(bytes);
            seenNanos = ticker.read();
        }

        private synchronized void seen(Optional<Duration> targetDuration) {
            seenNanos = ticker.read();
            targetDuration.ifPresent(target -> idleNanos = Math.max(
                    SHORTEST_IDLE.toNanos(), target.multipliedBy(IDLE_TARGETS).toNanos()));
        }

        private synchronized boolean isIdle(long now) {
            return now - seenNanos > idleNanos;
        }

        private synchronized void carriedBy(Origin origin, long epoch) {
            boolean same = session.relaying()
                    .filter(place -> place.origin().id().equals(origin.id()) && (epoch == 0 || place.epoch() == epoch))
                    .isPresent();
            if (!same) {
                sessions.relaying(session, origin, epoch);
            }
        }

        private void leave(CloseReason reason, String detail) {
            if (present.remove(who, this)) {
                sessions.close(session, reason, detail);
            }
        }
    }

    /**
     * Whether a client may have the stream. Who is present may go on whatever it shows now: that is checked at the start, and holds until a ban says
     * otherwise.
     *
     * @param then runs at once or later
     */
    void permit(Who who, Request request, Executor loop, Consumer<Permission> then) {
        Viewer viewer = present.get(who);
        if (viewer == null) {
            AccessRequest asked = new AccessRequest(
                    who.protocol(), Intent.PLAY, who.stream(), request.client().shown(), request.credentials());
            sessions.permit(asked, loop, then);
        } else {
            then.accept(permit(who, request, viewer.session.subject()));
        }
    }

    /** Of a client that had the permission before. */
    static Permit permit(Who who, Request request, @Nullable String subject) {
        return new Permit(
                who.protocol(), Intent.PLAY, who.stream(), request.client().shown(), subject);
    }

    /** Whether an operator has sent this viewer away; whatever its URIs say. */
    boolean isForbidden(Who who, Permit permit) {
        return kicked.getIfPresent(who) != null
                || sessions.refusal(permit, false).isPresent();
    }

    /** A client asks for a segment and shows nothing by which it could be told whose it is. */
    void rejected(Protocol protocol, Request request) {
        sessions.rejected(
                protocol, CloseReason.NOT_ALLOWED, request.client().shown(), "a segment without its playlist's token");
    }

    /**
     * A viewer got something from an origin. Empty when there is no room for one more, which is counted and logged already.
     *
     * @param epoch of the binding that led there; 0 where that is not known
     * @param targetDuration what its playlist says, where it was one
     */
    Optional<Viewer> seen(Who who, Permit permit, Origin origin, long epoch, Optional<Duration> targetDuration) {
        Viewer viewer = present.get(who);
        if (viewer == null) {
            viewer = present.computeIfAbsent(who, key -> open(key, permit));
        }
        if (viewer == null) {
            return Optional.empty();
        }
        viewer.seen(targetDuration);
        viewer.carriedBy(origin, epoch);
        return Optional.of(viewer);
    }

    private @Nullable Viewer open(Who who, Permit permit) {
        OpenResult opening = sessions.open(permit, (reason, detail) -> ended(who, reason, detail));
        return switch (opening) {
            case OpenResult.Opened opened -> new Viewer(who, opened.session());
            case OpenResult.Refused refused -> null;
        };
    }

    /** The session is ended from outside. A viewer that was kicked is refused for a while; others come again with their next request. */
    private void ended(Who who, CloseReason reason, String detail) {
        if (reason == CloseReason.KICKED) {
            kicked.put(who, true);
        }
        Viewer viewer = present.get(who);
        if (viewer != null) {
            viewer.leave(reason, detail);
        }
    }

    /** Closes the sessions of viewers that have not asked for long; called every second. */
    public void sweep() {
        long now = ticker.read();
        for (Viewer viewer : present.values()) {
            if (viewer.isIdle(now)) {
                viewer.leave(CloseReason.PEER_CLOSED, "asked for nothing more");
            }
        }
    }
}
