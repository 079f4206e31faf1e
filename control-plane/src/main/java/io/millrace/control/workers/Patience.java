package io.millrace.control.workers;

import io.millrace.control.config.ConfigRepository;
import java.time.Duration;

/** How long is waited for a worker's report, as it is configured now. */
record Patience(ConfigRepository config) {

    private static final int MISSED_REPORTS = 3;

    /** For garbage collection, the network and a debounced report on top of the missed ones. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    int reportMillis() {
        return config.current().settings().reportMillis();
    }

    Duration untilLost() {
        return Duration.ofMillis((long) MISSED_REPORTS * reportMillis()).plus(SLACK);
    }

    Duration ofTwoReports() {
        return Duration.ofMillis(2L * reportMillis()).plus(SLACK);
    }
}
