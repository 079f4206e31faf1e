package io.millrace.control.store.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What the stores count. */
final class RedisMetrics {

    private final MeterRegistry registry;
    private final Timer answers;
    private final Counter refused;
    private final Counter unavailable;
    private final Counter resyncs;
    private final Counter notices;

    RedisMetrics(MeterRegistry registry) {
        this.registry = registry;
        answers = Timer.builder("millrace.store.answer")
                .description("How long the store took to answer a write or a question")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        refused = counter("millrace.store.refused", "Writes that expected another version than the stored one");
        unavailable =
                counter("millrace.store.unavailable", "Writes and questions that failed because the store is away");
        resyncs = counter("millrace.store.resyncs", "How often a copy was compared with the whole store");
        notices = counter("millrace.store.notices", "Changes that the store told of");
    }

    Timer answers() {
        return answers;
    }

    void refused() {
        refused.increment();
    }

    void unavailable() {
        unavailable.increment();
    }

    void resynced() {
        resyncs.increment();
    }

    void noticed() {
        notices.increment();
    }

    void watchWritable(BooleanSupplier writable) {
        Gauge.builder("millrace.store.writable", () -> writable.getAsBoolean() ? 1 : 0)
                .description("1 while the store takes writes")
                .register(registry);
    }

    void watchEntries(String store, IntSupplier size) {
        Gauge.builder("millrace.store.entries", size::getAsInt)
                .description("Entries in this control plane's copy of a store")
                .tag("store", store)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
