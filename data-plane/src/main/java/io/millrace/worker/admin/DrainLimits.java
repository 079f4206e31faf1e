package io.millrace.worker.admin;

import java.time.Duration;

/**
 * How long a drain may take.
 *
 * @param grace sessions may go on for so long (PROXY_GRACE_QUIT_TIMEOUT)
 * @param force after so long the process ends whatever happens (PROXY_FORCE_QUIT_TIMEOUT)
 */
public record DrainLimits(Duration grace, Duration force) {

    /** What ending the sessions in order takes at most, where there is so much time. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    private static final int SHARE = 4;

    public DrainLimits {
        if (grace.isNegative() || !force.isPositive()) {
            throw new IllegalArgumentException("grace " + grace + ", force " + force);
        }
    }

    /** Whether the grace time leaves none in which sessions could end in order; SRS's proxy takes such settings. */
    public boolean isGraceTooLong() {
        return grace.compareTo(force) >= 0;
    }

    /** How long sessions really go on: somewhat less than the force limit where the grace time is not. */
    public Duration effectiveGrace() {
        if (!isGraceTooLong()) {
            return grace;
        }
        Duration part = force.dividedBy(SHARE);
        return force.minus(part.compareTo(ENDING) < 0 ? part : ENDING);
    }
}
