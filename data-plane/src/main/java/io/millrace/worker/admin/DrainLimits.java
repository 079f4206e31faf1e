package io.millrace.worker.admin;

import java.time.Duration;

/**
 * How long a worker takes to leave.
 *
 * @param grace sessions may go on for so long (PROXY_GRACE_QUIT_TIMEOUT)
 * @param force after so long the process ends whatever happens (PROXY_FORCE_QUIT_TIMEOUT)
 */
public record DrainLimits(Duration grace, Duration force) {

    public DrainLimits {
        if (grace.isNegative() || force.compareTo(grace) <= 0) {
            throw new IllegalArgumentException("PROXY_FORCE_QUIT_TIMEOUT is " + force.toMillis()
                    + "ms; allowed is more than PROXY_GRACE_QUIT_TIMEOUT, which is " + grace.toMillis() + "ms");
        }
    }
}
