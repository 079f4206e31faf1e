package io.millrace.control.health;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.model.OriginState;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What is counted of origins. */
@ApplicationScoped
class OriginMetrics {

    void register(@Observes StartupEvent event, MeterRegistry metrics, OriginRegistry registry) {
        for (OriginState state : OriginState.values()) {
            Gauge.builder("millrace.origins", registry, origins -> origins.count(state))
                    .description("Origins by state")
                    .tag("state", state.word())
                    .register(metrics);
        }
        Gauge.builder("millrace.origins.kept", registry, OriginRegistry::kept)
                .description("Origins that look dead and stay in the routing table, since too many look dead at once")
                .register(metrics);
        FunctionCounter.builder("millrace.origin.reports", registry.reportCounts(), counts -> counts.timesConfirmed())
                .description("Workers' reports of an origin that they cannot reach, by what a probe said")
                .tag("probe", "failed")
                .register(metrics);
        FunctionCounter.builder(
                        "millrace.origin.reports", registry.reportCounts(), counts -> counts.timesContradicted())
                .description("Workers' reports of an origin that they cannot reach, by what a probe said")
                .tag("probe", "answered")
                .register(metrics);
    }
}
