package io.millrace.worker.webrtc.relay;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The figures of the media relay. Any thread. */
public final class RelayMetrics {

    /** What a client's packets travel in. */
    enum Transport {
        UDP,
        TCP
    }

    /** How looking up an unknown session ended. */
    enum Lookup {
        FOUND,
        NONE,
        FAILED
    }

    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final Map<Drop, LongAdder> drops = new EnumMap<>(Drop.class);
    private final Map<Lookup, LongAdder> lookups = new EnumMap<>(Lookup.class);
    private final Map<Transport, AtomicInteger> active = new EnumMap<>(Transport.class);

    public RelayMetrics(MeterRegistry registry) {
        counter(
                registry,
                "millrace.webrtc.datagrams",
                "Packets passed on between clients and origins",
                "direction",
                "in",
                in);
        counter(
                registry,
                "millrace.webrtc.datagrams",
                "Packets passed on between clients and origins",
                "direction",
                "out",
                out);
        for (Drop cause : Drop.values()) {
            LongAdder count = new LongAdder();
            drops.put(cause, count);
            counter(registry, "millrace.webrtc.drops", "Packets not passed on", "cause", cause.metricTag(), count);
        }
        for (Lookup outcome : Lookup.values()) {
            LongAdder count = new LongAdder();
            lookups.put(outcome, count);
            counter(
                    registry,
                    "millrace.webrtc.lookups",
                    "Unknown sessions that were looked up",
                    "outcome",
                    word(outcome),
                    count);
        }
        for (Transport transport : Transport.values()) {
            AtomicInteger count = new AtomicInteger();
            active.put(transport, count);
            Gauge.builder("millrace.webrtc.active", count, AtomicInteger::get)
                    .description("Sessions whose media has a way to its client")
                    .tag("transport", word(transport))
                    .register(registry);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void counter(
            MeterRegistry registry, String name, String description, String tag, String value, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tag(tag, value)
                .register(registry);
    }

    void in() {
        in.increment();
    }

    void out() {
        out.increment();
    }

    void dropped(Drop cause) {
        Objects.requireNonNull(drops.get(cause)).increment();
    }

    long drops(Drop cause) {
        return Objects.requireNonNull(drops.get(cause)).sum();
    }

    void lookedUp(Lookup outcome) {
        Objects.requireNonNull(lookups.get(outcome)).increment();
    }

    void active(Transport transport, int change) {
        Objects.requireNonNull(active.get(transport)).addAndGet(change);
    }

    int active(Transport transport) {
        return Objects.requireNonNull(active.get(transport)).get();
    }
}
