package io.millrace.worker.http.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;

/** Answers, counted by the service that gave them and the class of their status. */
public final class AnswerMetrics {

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Kind, Counter> counters = new ConcurrentHashMap<>();

    public AnswerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Kind(String service, int statusClass) {}

    /** @param service {@code none} where no service was asked */
    void answered(String service, int status) {
        counters.computeIfAbsent(new Kind(service, status / 100), this::counter).increment();
    }

    private Counter counter(Kind kind) {
        return Counter.builder("millrace.http.answers")
                .description("Answers to HTTP requests")
                .tag("service", kind.service())
                .tag("status", kind.statusClass() + "xx")
                .register(registry);
    }
}
