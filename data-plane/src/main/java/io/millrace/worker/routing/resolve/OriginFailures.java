package io.millrace.worker.routing.resolve;

import io.millrace.model.OriginId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Origins that could not be reached from here a moment ago, so that the next session does not have to find out again: for longer each time
 * they fail once more without having answered in between. Bounded by the number of origins. Any thread.
 */
final class OriginFailures {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 3;

    /** Later a failure is a first one again. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final ConcurrentHashMap<OriginId, Avoided> origins = new ConcurrentHashMap<>();

    OriginFailures(InstantSource clock) {
        this.clock = clock;
    }

    /** @param times how often it failed in a row, not counting sessions that failed while it was avoided */
    private record Avoided(Instant until, int times) {

        static Avoided after(int times, Instant now) {
            int doublings = Math.min(times - 1, MOST_DOUBLINGS);
            return new Avoided(now.plus(FIRST.multipliedBy(1L << doublings)), times);
        }
    }

    void failed(OriginId origin) {
        Instant now = clock.instant();
        origins.compute(origin, (id, before) -> {
            if (before == null) {
                return Avoided.after(1, now);
            }
            boolean again = !now.isBefore(before.until);
            // Sessions that were under way at the first failure are no further ones.
            return Avoided.after(again ? before.times + 1 : before.times, now);
        });
    }

    void succeeded(OriginId origin) {
        origins.remove(origin);
    }

    boolean isAvoided(OriginId origin) {
        Avoided avoided = origins.get(origin);
        return avoided != null && clock.instant().isBefore(avoided.until);
    }

    /** Those that new sessions avoid now. */
    List<OriginId> avoided(int limit) {
        if (origins.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant();
        origins.values().removeIf(avoided -> avoided.until.plus(FORGOTTEN_AFTER).isBefore(now));
        return origins.entrySet().stream()
                .filter(entry -> now.isBefore(entry.getValue().until))
                .map(Map.Entry::getKey)
                .sorted()
                .limit(limit)
                .toList();
    }
}
