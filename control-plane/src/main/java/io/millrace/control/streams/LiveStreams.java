package io.millrace.control.streams;

import io.millrace.control.registry.Origins;
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
import java.util.stream.Collectors;

/**
 * What all workers carry, as each of them last said. Any thread; one lock, held only for look-ups and updates in memory.
 *
 * <p>What is the same in the next report stays the same object here, and sums are kept up to date: a thousand workers tell of a
 * hundred thousand streams every other second, and what each of them replaced would be copied by the garbage collector while
 * requests wait.
 */
final class LiveStreams {

    private final Map<String, Share> shares = new HashMap<>();
    private final Map<StreamKey, List<LiveLeg>> byStream = new HashMap<>();
    private final Map<OriginId, OriginSum> sums = new HashMap<>();

    /** One stream towards one origin. */
    record Leg(StreamKey stream, OriginId origin) {}

    /** One worker's last report. */
    private static final class Share {
        private final Map<Leg, LiveLeg> legs = new LinkedHashMap<>();
        private long report;
    }

    /** What all workers carry to and from one origin; whole numbers, so that what was added can be taken away again. */
    private static final class OriginSum {
        private int legs;
        private int sessions;
        private long bitsPerSecond;
    }

    /**
     * Replaces what a worker said before.
     *
     * @return what it carries now: one entry for each stream and origin, without those that have no session left
     */
    synchronized List<Carried> replace(String worker, List<StreamReport> reports, Instant now) {
        Share share = shares.computeIfAbsent(worker, name -> new Share());
        share.report++;
        List<Carried> carried = new ArrayList<>(reports.size());
        told(reports).forEach((leg, report) -> {
            LiveLeg live = share.legs.get(leg);
            if (live == null) {
                live = new LiveLeg(worker, leg.stream(), leg.origin());
                share.legs.put(leg, live);
                add(live);
            }
            subtract(live);
            live.take(report, share.report, now);
            sum(live);
            carried.add(live.carried());
        });
        for (Iterator<LiveLeg> all = share.legs.values().iterator(); all.hasNext(); ) {
            LiveLeg live = all.next();
            if (live.report() != share.report) {
                all.remove();
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

    synchronized void forget(String worker) {
        Share share = shares.remove(worker);
        if (share != null) {
            share.legs.values().forEach(this::withdraw);
        }
    }

    /** Notes that a worker is to end its sessions of a stream on an origin; true the first time. */
    synchronized boolean markEvicted(Carried carried) {
        Share share = shares.get(carried.worker());
        LiveLeg live = share == null ? null : share.legs.get(new Leg(carried.stream(), carried.origin()));
        return live != null && live.markEvicted();
    }

    synchronized List<Carried> of(StreamKey stream) {
        return legs(stream).stream().map(LiveLeg::carried).toList();
    }

    /** All that is carried, in no order. */
    synchronized List<Carried> all() {
        return shares.values().stream()
                .flatMap(share -> share.legs.values().stream())
                .map(LiveLeg::carried)
                .toList();
    }

    synchronized boolean isCarried(StreamKey stream) {
        return byStream.containsKey(stream);
    }

    synchronized boolean hasPublisher(StreamKey stream, OriginId origin) {
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
    synchronized List<Carried> publishers(StreamKey stream) {
        return legs(stream).stream()
                .map(LiveLeg::carried)
                .filter(Carried::hasPublisher)
                .sorted(Comparator.comparingLong(Carried::epoch)
                        .thenComparing(Carried::reportedAt)
                        .reversed())
                .toList();
    }

    /** What workers carry to and from each origin. */
    synchronized Map<OriginId, Origins.Carried> byOrigin() {
        Map<OriginId, Origins.Carried> all = HashMap.newHashMap(sums.size());
        sums.forEach((origin, sum) ->
                all.put(origin, new Origins.Carried(sum.sessions, LiveLeg.kilobits(sum.bitsPerSecond))));
        return all;
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
        subtract(live);
        sums.computeIfPresent(live.origin(), (origin, sum) -> --sum.legs == 0 ? null : sum);
    }

    private void sum(LiveLeg live) {
        OriginSum sum = sums.get(live.origin());
        if (sum != null) {
            sum.sessions += live.sessions();
            sum.bitsPerSecond += live.bitsPerSecond();
        }
    }

    private void subtract(LiveLeg live) {
        OriginSum sum = sums.get(live.origin());
        if (sum != null) {
            sum.sessions -= live.sessions();
            sum.bitsPerSecond -= live.bitsPerSecond();
        }
    }
}
