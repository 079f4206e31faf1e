package io.millrace.control.streams;

import io.millrace.control.registry.Origins;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all workers carry, as each of them last said. Any thread; one lock, held only for look-ups and updates in memory. */
final class LiveStreams {

    private static final double BITS_PER_BYTE = 8;

    private final Map<String, Share> shares = new HashMap<>();
    private final Map<StreamKey, List<Carried>> byStream = new HashMap<>();

    /** Kept up with each report: adding up a thousand workers anew for each of them would cost more than all the rest. */
    private final Map<OriginId, Origins.Carried> byOrigin = new HashMap<>();

    /** One stream towards one origin. */
    record Leg(StreamKey stream, OriginId origin) {}

    /** One worker's last report. */
    private static final class Share {
        private final Map<Leg, Carried> legs;
        private final Map<OriginId, Origins.Carried> sums;
        private final Set<Leg> evicted = new HashSet<>();

        private Share(Map<Leg, Carried> legs) {
            this.legs = legs;
            this.sums = sumsByOrigin(legs.values());
        }
    }

    /**
     * Replaces what a worker said before.
     *
     * @return what it carries now: one entry for each stream and origin, without those that have no session left
     */
    synchronized List<Carried> replace(String worker, List<StreamReport> reports, Instant now) {
        Share before = shares.get(worker);
        Map<Leg, Carried> legs = new LinkedHashMap<>();
        for (StreamReport report : reports) {
            if (report.publishers() <= 0 && report.viewers() <= 0) {
                continue;
            }
            Leg leg = new Leg(report.stream(), report.origin());
            legs.merge(
                    leg, carried(worker, report, before == null ? null : before.legs.get(leg), now), LiveStreams::sum);
        }
        Share share = new Share(legs);
        if (before != null) {
            share.evicted.addAll(before.evicted);
            share.evicted.retainAll(legs.keySet());
            withdraw(before);
        }
        shares.put(worker, share);
        share.sums.forEach((origin, sum) -> byOrigin.merge(origin, sum, LiveStreams::sum));
        legs.forEach((leg, carried) -> byStream.computeIfAbsent(leg.stream(), key -> new ArrayList<>(2))
                .add(carried));
        return List.copyOf(legs.values());
    }

    synchronized void forget(String worker) {
        Share share = shares.remove(worker);
        if (share != null) {
            withdraw(share);
        }
    }

    /** Notes that a worker is to end its sessions of a stream on an origin; true the first time. */
    synchronized boolean markEvicted(Carried carried) {
        Share share = shares.get(carried.worker());
        return share != null && share.evicted.add(new Leg(carried.stream(), carried.origin()));
    }

    synchronized List<Carried> of(StreamKey stream) {
        return List.copyOf(byStream.getOrDefault(stream, List.of()));
    }

    /** All that is carried, in no order. */
    synchronized List<Carried> all() {
        return shares.values().stream()
                .flatMap(share -> share.legs.values().stream())
                .toList();
    }

    synchronized boolean isCarried(StreamKey stream) {
        return byStream.containsKey(stream);
    }

    synchronized boolean hasPublisher(StreamKey stream, OriginId origin) {
        return byStream.getOrDefault(stream, List.of()).stream()
                .anyMatch(carried -> carried.hasPublisher() && carried.origin().equals(origin));
    }

    /** Whether a worker has reported, later than the given moment, a live publisher of the stream on the origin. */
    synchronized boolean hasPublisherSince(StreamKey stream, OriginId origin, Instant moment) {
        return byStream.getOrDefault(stream, List.of()).stream()
                .anyMatch(carried -> carried.hasPublisher()
                        && carried.origin().equals(origin)
                        && carried.reportedAt().isAfter(moment));
    }

    /** The live publishers of a stream, the one with the newest epoch first. */
    synchronized List<Carried> publishers(StreamKey stream) {
        return byStream.getOrDefault(stream, List.of()).stream()
                .filter(Carried::hasPublisher)
                .sorted(Comparator.comparingLong(Carried::epoch)
                        .thenComparing(Carried::reportedAt)
                        .reversed())
                .toList();
    }

    /** What workers carry to and from each origin. */
    synchronized Map<OriginId, Origins.Carried> byOrigin() {
        return Map.copyOf(byOrigin);
    }

    private void withdraw(Share share) {
        share.sums.forEach((origin, sum) -> byOrigin.computeIfPresent(origin, (id, all) -> less(all, sum)));
        share.legs.values().forEach(carried -> {
            Optional.ofNullable(byStream.get(carried.stream())).ifPresent(list -> {
                list.removeIf(other -> other.worker().equals(carried.worker()));
                if (list.isEmpty()) {
                    byStream.remove(carried.stream());
                }
            });
        });
    }

    private static Carried carried(String worker, StreamReport report, @Nullable Carried before, Instant now) {
        // A worker that restarted counts from 0 again; then there is no rate until its next report.
        boolean comparable =
                before != null && report.bytesIn() >= before.bytesIn() && report.bytesOut() >= before.bytesOut();
        long millis =
                before == null ? 0 : Duration.between(before.reportedAt(), now).toMillis();
        double kbpsIn = 0;
        double kbpsOut = 0;
        if (before != null && comparable) {
            kbpsIn = millis <= 0 ? before.kbpsIn() : kbps(report.bytesIn() - before.bytesIn(), millis);
            kbpsOut = millis <= 0 ? before.kbpsOut() : kbps(report.bytesOut() - before.bytesOut(), millis);
        }
        return new Carried(
                worker,
                report.stream(),
                report.origin(),
                report.epoch(),
                Math.max(0, report.publishers()),
                Math.max(0, report.viewers()),
                Math.max(0, report.bytesIn()),
                Math.max(0, report.bytesOut()),
                kbpsIn + kbpsOut,
                kbpsIn,
                kbpsOut,
                now);
    }

    private static double kbps(long bytes, long millis) {
        return bytes * BITS_PER_BYTE / millis;
    }

    /** A report should name a stream and an origin once; if it does not, nothing it says is lost. */
    private static Carried sum(Carried a, Carried b) {
        return new Carried(
                a.worker(),
                a.stream(),
                a.origin(),
                Math.max(a.epoch(), b.epoch()),
                a.publishers() + b.publishers(),
                a.viewers() + b.viewers(),
                a.bytesIn() + b.bytesIn(),
                a.bytesOut() + b.bytesOut(),
                a.kbps() + b.kbps(),
                a.kbpsIn() + b.kbpsIn(),
                a.kbpsOut() + b.kbpsOut(),
                a.reportedAt());
    }

    private static Origins.Carried sum(Origins.Carried a, Origins.Carried b) {
        return new Origins.Carried(a.sessions() + b.sessions(), a.kbps() + b.kbps());
    }

    /** Null without sessions, so that what rounding leaves of the rates does not stay. */
    private static Origins.@Nullable Carried less(Origins.Carried all, Origins.Carried part) {
        int sessions = all.sessions() - part.sessions();
        return sessions <= 0 ? null : new Origins.Carried(sessions, Math.max(0, all.kbps() - part.kbps()));
    }

    private static Map<OriginId, Origins.Carried> sumsByOrigin(Collection<Carried> legs) {
        Map<OriginId, Origins.Carried> sums = new HashMap<>();
        legs.forEach(carried -> sums.merge(
                carried.origin(), new Origins.Carried(carried.sessions(), carried.kbps()), LiveStreams::sum));
        return sums;
    }
}
