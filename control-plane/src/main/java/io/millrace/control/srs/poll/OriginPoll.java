package io.millrace.control.srs.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.limits.Ration;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.SrsStreams;
import io.millrace.control.srs.origin.Deadline;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginApiException;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.OriginLists.Kind;
import io.millrace.control.srs.origin.OriginLists.Row;
import io.millrace.control.streams.origins.OriginReports;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Asks each origin for its streams when it appears, when it was restarted, and every so often. One poll at a time for each
 * origin, a bounded number of them at once.
 */
final class OriginPoll {

    private static final Logger LOG = Logger.getLogger(OriginPoll.class);

    /** Streams of one origin that are looked at; what lies beyond is left to hooks and workers. */
    static final int MAX_STREAMS = 20_000;

    static final int MAX_AT_ONCE = 32;

    private static final double JITTER_FROM = 0.9;
    private static final double JITTER = 0.2;
    private static final Set<String> EXTENSIONS = Set.of(".flv", ".ts", ".m3u8", ".mp3", ".aac");

    private final Origins origins;
    private final OriginLists lists;
    private final OriginReports reports;
    private final Duration interval;
    private final Duration timeout;
    private final SteadyClock clock;
    private final RandomGenerator random;
    private final Executor threads;
    private final Map<OriginId, Plan> plans = new HashMap<>();
    private final Set<OriginId> inFlight = new HashSet<>();
    private final Set<OriginId> failing = new HashSet<>();
    private long done;
    private long failed;

    /** When an origin is due, and as what it was known when that was decided. */
    private record Plan(Incarnation incarnation, Endpoint api, Instant due) {

        boolean isDue(Origin origin, Endpoint current, Instant now, Duration interval) {
            return !incarnation.equals(origin.incarnation())
                    || !api.equals(current)
                    || !now.isBefore(due)
                    // No plan is made so far ahead: the clock was set back.
                    || due.isAfter(now.plus(interval.multipliedBy(2)));
        }
    }

    OriginPoll(
            Origins origins,
            OriginLists lists,
            OriginReports reports,
            Duration interval,
            Duration timeout,
            SteadyClock clock,
            RandomGenerator random,
            Executor threads) {
        this.origins = origins;
        this.lists = lists;
        this.reports = reports;
        this.interval = interval;
        this.timeout = timeout;
        this.clock = clock;
        this.random = random;
        this.threads = threads;
    }

    /** Starts the polls that are due; to be called about every second. */
    synchronized void tick() {
        Instant now = clock.instant();
        Set<OriginId> present = new HashSet<>();
        for (Origin origin : origins.all()) {
            // One that is down is asked at once when it is back.
            if (origin.state() != OriginState.DOWN) {
                OriginApi.endpoint(origin).ifPresent(api -> {
                    present.add(origin.id());
                    startIfDue(origin, api, now);
                });
            }
        }
        plans.keySet().retainAll(present);
        failing.retainAll(present);
    }

    private void startIfDue(Origin origin, Endpoint api, Instant now) {
        Plan plan = plans.get(origin.id());
        boolean due = plan == null || plan.isDue(origin, api, now, interval);
        if (due && inFlight.size() < MAX_AT_ONCE && inFlight.add(origin.id())) {
            long wait = (long) (interval.toMillis() * (JITTER_FROM + JITTER * random.nextDouble()));
            plans.put(origin.id(), new Plan(origin.incarnation(), api, now.plusMillis(wait)));
            threads.execute(() -> poll(origin));
        }
    }

    private void poll(Origin origin) {
        try (Ration ration = lists.ration()) {
            Instant asked = clock.instant();
            Map<StreamKey, String> live = new HashMap<>();
            boolean complete = lists.read(origin, Kind.STREAMS, MAX_STREAMS, Deadline.in(timeout), ration, rows -> {
                take(rows, live);
                ration.reset();
            });
            reports.listed(origin.id(), live, complete, asked);
            succeeded(origin, complete);
        } catch (OriginApiException e) {
            failed(origin, e.why());
        } catch (RuntimeException e) {
            LOG.errorf(e, "poll failed, internal error origin=%s", origin.displayName());
        } finally {
            finished(origin.id());
        }
    }

    private static void take(List<Row> rows, Map<StreamKey, String> live) {
        for (Row row : rows) {
            ObjectNode stream = row.json();
            if (stream.path("publish").path("active").asBoolean()) {
                SrsStreams.key(row.vhost(), stream.path("app").asText(), name(stream))
                        .ifPresent(key ->
                                live.put(key, stream.path("publish").path("cid").asText()));
            }
        }
    }

    /** SRS names a stream after its first client, and a viewer over HTTP comes with an extension. */
    private static String name(ObjectNode stream) {
        String name = stream.path("name").asText();
        int dot = name.lastIndexOf('.');
        boolean ofViewer = dot > 0
                && EXTENSIONS.contains(name.substring(dot))
                && stream.path("url").asText().endsWith("/" + name.substring(0, dot));
        return ofViewer ? name.substring(0, dot) : name;
    }

    private synchronized void finished(OriginId id) {
        inFlight.remove(id);
    }

    private synchronized void succeeded(Origin origin, boolean complete) {
        done++;
        if (failing.remove(origin.id())) {
            LOG.infof("poll works again origin=%s", origin.displayName());
        }
        if (!complete) {
            LOG.debugf("poll has seen only the first %d streams origin=%s", MAX_STREAMS, origin.displayName());
        }
    }

    private synchronized void failed(Origin origin, String why) {
        failed++;
        if (failing.add(origin.id())) {
            LOG.warnf("poll fails origin=%s why=%s", origin.displayName(), why);
        }
    }

    synchronized boolean isIdle() {
        return inFlight.isEmpty();
    }

    synchronized long done() {
        return done;
    }

    synchronized long failed() {
        return failed;
    }
}
