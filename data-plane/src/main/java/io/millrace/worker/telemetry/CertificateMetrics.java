package io.millrace.worker.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How long the certificates towards clients are still good. */
@ApplicationScoped
public class CertificateMetrics {

    private final MultiGauge gauge;
    private final TimeOfDay clock;

    CertificateMetrics(MeterRegistry registry, TimeOfDay clock) {
        this.clock = clock;
        this.gauge = MultiGauge.builder("millrace.tls.certificate.expiry")
                .description("Time until a certificate expires; below zero afterwards")
                .baseUnit("seconds")
                .register(registry);
    }

    /** @param expiries of all certificates in use, by the first name of each */
    public void show(Map<String, Instant> expiries) {
        List<MultiGauge.Row<?>> rows = expiries.entrySet().stream()
                .<MultiGauge.Row<?>>map(entry ->
                        MultiGauge.Row.of(Tags.of("name", entry.getKey()), () -> secondsUntil(entry.getValue())))
                .toList();
        gauge.register(rows, true);
    }

    private double secondsUntil(Instant expiry) {
        return Duration.between(clock.instant(), expiry).toSeconds();
    }
}
