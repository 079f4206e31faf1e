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
 * Finds origins that accept streams and answer probes and handshakes, but do not deliver. A worker can see that only in what it carries
 * itself: a stream whose publisher is here, and its viewers that are here too. It reads the counters of sessions, on a thread of its own.
 *
 * <p>One viewer's network, one unusual publisher or one client that pauses must not count against an origin. So a viewer counts only while
 * its own connection never stalled here and the origin need not convert the stream for it. An origin is reported only when in two samples in
 * a row all these viewers get next to nothing, of several streams and on several hosts; one viewer that is served is enough against that.
 */
public final class StarvedViewers {

    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** Of a publisher between two samples: 250 kbit/s. What is less may pause for reasons of its own. */
    private static final long PUBLISHED_BYTES = 250_000 / 8 * PERIOD.toSeconds();

    /** Keep-alives and reports are less than this part of a stream, and sound alone is more. */
    private static final int NOTHING = 100;

    /** By RTMP a viewer gets picture and sound, so that a small part shows more. */
    private static final int LITTLE = 10;

    private static final int STREAMS = 2;
    private static final int HOSTS = 2;
    private static final int SAMPLES = 2;

    private final Supplier<Collection<Session>> sessions;
    private final Consumer<OriginObservation> report;
    private final InstantSource clock;
    private Map<Session, Long> before = Map.of();
    private Map<OriginId, Integer> starvedSamples = Map.of();

    /** @param report gets such an origin at each sample while that lasts */
    public StarvedViewers(
            Supplier<Collection<Session>> sessions, Consumer<OriginObservation> report, InstantSource clock) {
        this.sessions = sessions;
        this.report = report;
        this.clock = clock;
    }

    /** What was published to an origin since the last sample. */
    private record Published(Origin origin, Protocol protocol, long bytes) {}

    /** What the viewers of an origin get. */
    private static final class Evidence {
        private final Origin origin;
        private final Set<StreamKey> streams = new HashSet<>();
        private final Set<String> hosts = new HashSet<>();
        private int starving;
        private boolean oneIsServed;

        Evidence(Origin origin) {
            this.origin = origin;
        }

        boolean isClear() {
            return !oneIsServed && streams.size() >= STREAMS && hosts.size() >= HOSTS;
        }
    }

    /** To be called once per {@link #PERIOD}, by one thread. */
    public void sample() {
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
        Map<OriginId, Integer> samples = new HashMap<>();
        evidence(now, published).forEach((id, one) -> {
            if (one.isClear()) {
                int inARow = starvedSamples.getOrDefault(id, 0) + 1;
                samples.put(id, inARow);
                if (inARow >= SAMPLES) {
                    report(one);
                }
            }
        });
        before = now;
        starvedSamples = samples;
    }

    private Map<OriginId, Evidence> evidence(Map<Session, Long> now, Map<StreamKey, Published> published) {
        Map<OriginId, Evidence> all = new HashMap<>();
        now.forEach((session, bytes) -> {
            Published of = published.get(session.stream());
            Long earlier = before.get(session);
            if (of == null || earlier == null || !counts(session, of)) {
                return;
            }
            Evidence one = all.computeIfAbsent(of.origin().id(), id -> new Evidence(of.origin()));
            if (isStarving(session.protocol(), bytes - earlier, of.bytes())) {
                one.starving++;
                one.streams.add(session.stream());
                one.hosts.add(session.clientHost());
            } else {
                one.oneIsServed = true;
            }
        });
        return all;
    }

    private static boolean counts(Session session, Published of) {
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

    private void report(Evidence one) {
        report.accept(OriginObservation.of(
                one.origin,
                OriginObservation.Failure.TIMEOUT,
                "it accepts " + one.streams.size() + " streams and delivers next to nothing of them to " + one.starving
                        + " viewers",
                clock.instant()));
    }
}
