package io.millrace.control.streams.live;

import io.millrace.control.registry.Origins;
import io.millrace.control.streams.live.WorkerLegs.Leg;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What all workers carry, as each of them last said. Any thread; one lock, held only for look-ups and updates in memory.
 *
 * <p>What is the same in the next report stays the same object here, and sums are kept up to date: a thousand workers tell of a
 * hundred thousand streams every other second, and what each of them replaced would be copied by the garbage collector while
 * requests wait.
 */
public final class LiveStreams {

    private final Map<String, WorkerLegs> workers = new HashMap<>();
    private final Map<StreamKey, List<LiveLeg>> byStream = new HashMap<>();

    /** Changed with the lock held; reading needs none. */
    private final Map<OriginId, OriginSum> sums = new ConcurrentHashMap<>();

    /** What all workers carry to and from one origin; whole numbers, so that what was added can be taken away again. */
    private static final class OriginSum {
        private int legs;
        private volatile int sessions;
        private volatile long bitsPerSecond;

        void add(int moreSessions, long moreBitsPerSecond) {
            int nextSessions = sessions + moreSessions;
            long nextBits = bitsPerSecond + moreBitsPerSecond;
            sessions = nextSessions;
            bitsPerSecond = nextBits;
        }
    }

    /**
     * Replaces what a worker said before.
     *
     * @return what it carries now: one entry for each stream and origin, without those that have no session left
     */
    public synchronized List<Carried> replace(String worker, List<StreamReport> reports, Instant now) {
        WorkerLegs all = workers.computeIfAbsent(worker, WorkerLegs::new);
        all.beginReport(now);
        List<Carried> carried = new ArrayList<>(reports.size());
        told(reports).forEach((leg, report) -> {
            LiveLeg live = all.legs.get(leg);
            if (live == null) {
                live = new LiveLeg(all, leg.stream(), leg.origin());
                all.legs.put(leg, live);
                add(live);
            }
            take(live, report);
            carried.add(live.carried());
        });
        for (Iterator<LiveLeg> legs = all.legs.values().iterator(); legs.hasNext(); ) {
            LiveLeg live = legs.next();
            if (!live.isCurrent()) {
                legs.remove();
                withdraw(live);
            }
        }
        return carried;
    }

    /** A report should name a stream and an origin once; if it does not, nothing it says is lost. */
    private static Map<Leg, StreamReport> told(List<StreamReport> reports) {
        return reports.stream()
                .filter(report -> report.publishers() > 0 || report.viewers() > 0)
                .collect(Collectors.toMap(
                        report -> new Leg(report.stream(), report.origin()),
                        report -> report,
                        LiveStreams::both,
                        LinkedHashMap::new));
    }

    private static StreamReport both(StreamReport a, StreamReport b) {
        return new StreamReport(
                a.stream(),
                a.origin(),
                Math.max(a.epoch(), b.epoch()),
                a.publishers() + b.publishers(),
                a.viewers() + b.viewers(),
                a.bytesIn() + b.bytesIn(),
                a.bytesOut() + b.bytesOut());
    }

    /** What a worker's last report said, without what has no session. */
    public synchronized List<StreamReport> reported(String worker) {
        WorkerLegs all = workers.get(worker);
        return all == null
                ? List.of()
                : all.legs.values().stream().map(LiveLeg::reported).toList();
    }

    /** How many streams are carried. */
    public synchronized int size() {
        return byStream.size();
    }

    public synchronized void forget(String worker) {
        WorkerLegs all = workers.remove(worker);
        if (all != null) {
            all.legs.values().forEach(this::withdraw);
        }
    }

    /** Notes that a worker is to end its sessions of a stream on an origin; true the first time. */
    public synchronized boolean markEvicted(Carried carried) {
        WorkerLegs all = workers.get(carried.worker());
        LiveLeg live = all == null ? null : all.legs.get(new Leg(carried.stream(), carried.origin()));
        return live != null && live.markEvicted();
    }

    public synchronized List<Carried> of(StreamKey stream) {
        return legs(stream).stream().map(LiveLeg::carried).toList();
    }

    /**
     * All that is carried, in no order. Copied worker by worker: an event loop that asks for one stream meanwhile does not wait for a copy of all.
     */
    public List<Carried> all() {
        List<Carried> all = new ArrayList<>();
        workersThatCarry().forEach(worker -> all.addAll(carriedBy(worker)));
        return all;
    }

    private synchronized List<String> workersThatCarry() {
        return List.copyOf(workers.keySet());
    }

    private synchronized List<Carried> carriedBy(String worker) {
        WorkerLegs all = workers.get(worker);
        return all == null
                ? List.of()
                : all.legs.values().stream().map(LiveLeg::carried).toList();
    }

    public synchronized boolean isCarried(StreamKey stream) {
        return byStream.containsKey(stream);
    }

    public synchronized boolean hasPublisher(StreamKey stream, OriginId origin) {
        for (LiveLeg leg : legs(stream)) {
            if (leg.hasPublisherAt(origin)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a worker has reported, later than the given moment, a live publisher of the stream on the origin. */
    synchronized boolean hasPublisherSince(StreamKey stream, OriginId origin, Instant moment) {
        return legs(stream).stream()
                .anyMatch(leg -> leg.hasPublisherAt(origin) && leg.reportedAt().isAfter(moment));
    }

    /** The live publishers of a stream, the one with the newest epoch first. */
    public synchronized List<Carried> publishers(StreamKey stream) {
        return legs(stream).stream()
                .map(LiveLeg::carried)
                .filter(Carried::hasPublisher)
                .sorted(Comparator.comparingLong(Carried::epoch)
                        .thenComparing(Carried::reportedAt)
                        .reversed())
                .toList();
    }

    /** What workers carry to and from an origin; takes no lock, since a placement asks for every origin. */
    public Optional<Origins.Carried> on(OriginId origin) {
        return Optional.ofNullable(sums.get(origin))
                .map(sum -> new Origins.Carried(sum.sessions, LiveLeg.kilobits(sum.bitsPerSecond)));
    }

    private List<LiveLeg> legs(StreamKey stream) {
        return byStream.getOrDefault(stream, List.of());
    }

    private void add(LiveLeg live) {
        byStream.computeIfAbsent(live.stream(), key -> new ArrayList<>(1)).add(live);
        sums.computeIfAbsent(live.origin(), id -> new OriginSum()).legs++;
    }

    private void withdraw(LiveLeg live) {
        byStream.computeIfPresent(live.stream(), (stream, legs) -> {
            legs.remove(live);
            return legs.isEmpty() ? null : legs;
        });
        sums.computeIfPresent(live.origin(), (origin, sum) -> {
            sum.add(-live.sessions(), -live.bitsPerSecond());
            return --sum.legs == 0 ? null : sum;
        });
    }

    private void take(LiveLeg live, StreamReport report) {
        int sessions = live.sessions();
        long bitsPerSecond = live.bitsPerSecond();
        live.take(report);
        OriginSum sum = sums.get(live.origin());
        if (sum != null) {
            sum.add(live.sessions() - sessions, live.bitsPerSecond() - bitsPerSecond);
        }
    }
}
