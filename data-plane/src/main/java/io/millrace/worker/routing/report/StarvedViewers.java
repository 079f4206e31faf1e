package io.millrace.worker.routing.report;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds origins that take streams and answer everybody, but do not deliver: their probes and handshakes succeed. What a worker can know of
 * that is what it carries itself: a stream whose publisher is here, and its viewers that are here too. It reads counters that are there
 * anyway, from a thread of its own.
 *
 * <p>One viewer's network, one odd publisher or one client that pauses must not condemn an origin. So a viewer is a witness only while
 * nothing ever waited for it here and the origin need not convert the stream for it; and an origin is told of only when in two looks one
 * after the other every witness starves, who belong to several streams and come from several hosts. Who gets what is published clears it.
 */
public final class StarvedViewers {

    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** Of a publisher between two looks: 250 kbit/s. What is less may pause for reasons of its own. */
    private static final long PUBLISHED_BYTES = 250_000 / 8 * PERIOD.toSeconds();

    /** Keep-alives and reports are less than this part of a stream, and sound alone is more. */
    private static final int NOTHING = 100;

    /** By RTMP a viewer gets picture and sound, so that a small part shows more. */
    private static final int LITTLE = 10;

    private static final int STREAMS = 2;
    private static final int HOSTS = 2;
    private static final int LOOKS = 2;

    private final Supplier<Collection<Session>> sessions;
    private final Consumer<OriginObservation> tell;
    private final InstantSource clock;
    private Map<Session, Long> before = Map.of();
    private Map<OriginId, Integer> starvedLooks = Map.of();

    /** @param tell hears of such an origin at each look while that lasts */
    public StarvedViewers(
            Supplier<Collection<Session>> sessions, Consumer<OriginObservation> tell, InstantSource clock) {
        this.sessions = sessions;
        this.tell = tell;
        this.clock = clock;
    }

    /** What was published to an origin since the last look. */
    private record Published(Origin origin, Protocol protocol, long bytes) {}

    /** What the witnesses say of an origin. */
    private static final class Testimony {
        private final Origin origin;
        private final Set<StreamKey> streams = new HashSet<>();
        private final Set<String> hosts = new HashSet<>();
        private int starving;
        private boolean oneIsServed;

        Testimony(Origin origin) {
            this.origin = origin;
        }

        boolean isClear() {
            return !oneIsServed && streams.size() >= STREAMS && hosts.size() >= HOSTS;
        }
    }

    /** To be called once per {@link #PERIOD}, by one thread. */
    public void look() {
        Map<Session, Long> now = new HashMap<>();
        Map<StreamKey, Published> published = new HashMap<>();
        for (Session session : sessions.get()) {
            session.relaying().ifPresent(relaying -> {
                boolean publishes = session.intent() == Intent.PUBLISH;
                long bytes = publishes ? session.bytesIn() : session.bytesOut();
                now.put(session, bytes);
                Long earlier = before.get(session);
                if (publishes && earlier != null && bytes - earlier >= PUBLISHED_BYTES) {
                    published.put(
                            session.stream(), new Published(relaying.origin(), session.protocol(), bytes - earlier));
                }
            });
        }
        Map<OriginId, Integer> looks = new HashMap<>();
        testimonies(now, published).forEach((id, testimony) -> {
            if (testimony.isClear()) {
                int inARow = starvedLooks.getOrDefault(id, 0) + 1;
                looks.put(id, inARow);
                if (inARow >= LOOKS) {
                    tell(testimony);
                }
            }
        });
        before = now;
        starvedLooks = looks;
    }

    private Map<OriginId, Testimony> testimonies(Map<Session, Long> now, Map<StreamKey, Published> published) {
        Map<OriginId, Testimony> all = new HashMap<>();
        now.forEach((session, bytes) -> {
            Published of = published.get(session.stream());
            Long earlier = before.get(session);
            if (of == null || earlier == null || !isWitness(session, of)) {
                return;
            }
            Testimony testimony = all.computeIfAbsent(of.origin().id(), id -> new Testimony(of.origin()));
            if (isStarving(session.protocol(), bytes - earlier, of.bytes())) {
                testimony.starving++;
                testimony.streams.add(session.stream());
                testimony.hosts.add(session.clientHost());
            } else {
                testimony.oneIsServed = true;
            }
        });
        return all;
    }

    private static boolean isWitness(Session session, Published of) {
        return session.intent() == Intent.PLAY
                && session.stalls() == 0
                && isAlike(session.protocol(), of.protocol())
                && session.relaying()
                        .filter(relaying ->
                                relaying.origin().id().equals(of.origin().id()))
                        .isPresent();
    }

    /** HTTP-FLV carries the messages of RTMP; anything else an origin may leave unconverted. */
    private static boolean isAlike(Protocol viewer, Protocol publisher) {
        return viewer == publisher || (viewer == Protocol.FLV && publisher == Protocol.RTMP);
    }

    private static boolean isStarving(Protocol protocol, long got, long published) {
        return got * (protocol == Protocol.RTMP ? LITTLE : NOTHING) < published;
    }

    private void tell(Testimony testimony) {
        tell.accept(OriginObservation.of(
                testimony.origin,
                OriginObservation.Failure.TIMEOUT,
                "it takes " + testimony.streams.size() + " streams and delivers next to nothing of them to "
                        + testimony.starving + " viewers",
                clock.instant()));
    }
}
