package io.millrace.worker.routing.resolve;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** How resolving goes. */
public final class ResolveMetrics {

    private final MeterRegistry registry;

    public ResolveMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void resolved(Resolution resolution, Duration took) {
        String source = switch (resolution) {
            case Resolution.Route route -> route.source().word();
            case Resolution.NoRoute none -> "none";
        };
        String outcome = switch (resolution) {
            case Resolution.Route route -> "route";
            case Resolution.NoRoute none ->
                none.why().name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
        Timer.builder("millrace.resolve")
                .description("Time until a session knew its origin, and who knew it")
                .tag("source", source)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
    }
}
