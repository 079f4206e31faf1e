package io.millrace.worker.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How long connections to origins take, and how they fail. */
@ApplicationScoped
public class OriginMetrics {

    private final MeterRegistry registry;

    OriginMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    public void connected(Protocol protocol, Duration took) {
        record(protocol, "ok", took);
    }

    public void failed(Protocol protocol, OriginObservation.Failure failure, Duration took) {
        record(protocol, failure.word(), took);
    }

    /** A second origin is dialled beside one that does not answer. */
    public void hedged(Protocol protocol) {
        Counter.builder("millrace.origin.hedges")
                .description("Times that a second origin was dialled beside one that did not answer soon")
                .tag("protocol", protocol.word())
                .register(registry)
                .increment();
    }

    private void record(Protocol protocol, String outcome, Duration took) {
        Timer.builder("millrace.origin.connect")
                .description("Time until an origin accepted a connection, or until that failed")
                .tag("protocol", protocol.word())
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
    }
}
