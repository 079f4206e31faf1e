package io.millrace.worker.telemetry;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What tests of other packages need. */
public final class TelemetryFixtures {

    private TelemetryFixtures() {}

    public static OriginMetrics originMetrics() {
        return new OriginMetrics(new SimpleMeterRegistry());
    }
}
