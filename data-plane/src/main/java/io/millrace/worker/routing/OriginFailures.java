package io.millrace.worker.routing;

import io.millrace.model.OriginId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Origins that could not be reached from here a moment ago, so that the next session does not have to find out again. Bounded
 * by the number of origins. Any thread.
 */
final class OriginFailures {

    private static final Duration MEMORY = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final ConcurrentHashMap<OriginId, Instant> avoidUntil = new ConcurrentHashMap<>();

    OriginFailures(InstantSource clock) {
        this.clock = clock;
    }

    void failed(OriginId origin) {
        avoidUntil.put(origin, clock.instant().plus(MEMORY));
    }

    void succeeded(OriginId origin) {
        avoidUntil.remove(origin);
    }

    boolean isAvoided(OriginId origin) {
        Instant until = avoidUntil.get(origin);
        if (until == null) {
            return false;
        }
        if (clock.instant().isBefore(until)) {
            return true;
        }
        avoidUntil.remove(origin, until);
        return false;
    }
}
