package io.millrace.worker.webrtc.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One relay in the session table, and in what all workers know together. A relay whose origin only its ufrag told is listed as soon
 * as the control plane says which stream it carries; its media does not wait for that.
 */
final class Listing {

    private static final Logger LOG = Logger.getLogger(Listing.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Well within the half hour after which a route that is not put again is forgotten. */
    private static final Duration RENEWAL = Duration.ofMinutes(10);

    /** Within the two minutes of a route whose media has not come, and of one to a stream that is not published. */
    private static final Duration SOON_RENEWAL = Duration.ofSeconds(40);

    private final MediaContext context;
    private final RouteFinder.Place place;
    private final String ufrag;
    private final Owner owner;
    private Optional<MediaRoute> route;
    private @Nullable Session session;
    private @Nullable Instant nextAskAt;
    private Duration pause = FIRST_PAUSE;
    private Instant renewAt = Instant.MAX;
    private boolean begun;
    private boolean over;
    private long unlistedIn;
    private long unlistedOut;

    /** Whose listing it is. */
    interface Owner extends SessionHandle {

        String clientAddress();

        /** The worker takes no such session now. */
        void refused(OpenResult.Refused refusal);

        /** On the owner's loop, soon. */
        void later(Runnable task);
    }

    Listing(MediaContext context, RouteFinder.Place place, String ufrag, Owner owner) {
        this.context = context;
        this.place = place;
        this.ufrag = ufrag;
        this.owner = owner;
        this.route = place.route();
    }

    /** The origin accepted the client. */
    void begin() {
        begun = true;
        route.ifPresentOrElse(this::list, this::ask);
    }

    private void ask() {
        nextAskAt = null;
        context.book()
                .find(ufrag)
                .exceptionally(failure -> {
                    LOG.debugf(failure, "media route lookup failed ufrag=%s", ufrag);
                    return Optional.empty();
                })
                .thenAccept(found -> owner.later(() -> answered(found)));
    }

    private void answered(Optional<MediaRoute> found) {
        if (over || route.isPresent()) {
            return;
        }
        if (found.isPresent()) {
            route = found;
            list(found.get());
            return;
        }
        nextAskAt = context.clock().instant().plus(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    /** Signalling here came to know what the relay carries. */
    void told(MediaRoute known) {
        if (route.isEmpty()) {
            route = Optional.of(known);
            if (begun && !over) {
                list(known);
            }
        }
    }

    private void list(MediaRoute known) {
        nextAskAt = null;
        switch (context.sessions()
                .open(
                        new Permit(
                                Protocol.WEBRTC,
                                known.intent(),
                                known.stream(),
                                owner.clientAddress(),
                                known.subject()),
                        owner)) {
            case OpenResult.Refused refusal -> owner.refused(refusal);
            case OpenResult.Opened opened
            when known.waits() && !opened.session().mayWait() -> {
                OpenResult.Refused refusal = new OpenResult.Refused(
                        CloseReason.TOO_MANY_WAITING, "it is not published, and too many such streams are waited for");
                context.sessions().close(opened.session(), refusal.reason(), refusal.detail());
                owner.refused(refusal);
            }
            case OpenResult.Opened opened -> {
                session = opened.session();
                session.countIn(unlistedIn);
                session.countOut(unlistedOut);
                context.sessions().relaying(session, place.origin(), known.epoch());
                renewAt = context.clock().instant().plus(SOON_RENEWAL);
            }
        }
    }

    void tick(Instant now) {
        if (nextAskAt != null && !now.isBefore(nextAskAt)) {
            ask();
        }
        if (!now.isBefore(renewAt)) {
            renewAt = now.plus(route.map(Listing::renewal).orElse(RENEWAL));
            route.ifPresent(known -> context.book().put(known).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debugf(failure, "media route not renewed ufrag=%s", ufrag);
                }
            }));
        }
    }

    private static Duration renewal(MediaRoute route) {
        return route.waits() ? SOON_RENEWAL : RENEWAL;
    }

    void countIn(int bytes) {
        if (session == null) {
            unlistedIn += bytes;
        } else {
            session.countIn(bytes);
        }
    }

    void countOut(int bytes) {
        if (session == null) {
            unlistedOut += bytes;
        } else {
            session.countOut(bytes);
        }
    }

    Optional<MediaRoute> route() {
        return route;
    }

    /** @param mayComeBack whether the client may turn up at another worker, which then needs to know the route */
    void end(CloseReason reason, String detail, boolean mayComeBack) {
        over = true;
        nextAskAt = null;
        renewAt = Instant.MAX;
        if (session != null) {
            context.sessions().close(session, reason, detail);
        }
        if (begun && !mayComeBack) {
            context.book().remove(ufrag).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debugf(failure, "media route not removed ufrag=%s", ufrag);
                }
            });
        }
    }
}
