package io.millrace.worker.srt.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts packets that go nowhere and get no answer. Any thread. */
public final class SrtDrops {

    private final Map<Why, Counter> counters = new EnumMap<>(Why.class);

    public SrtDrops(MeterRegistry registry) {
        for (Why why : Why.values()) {
            counters.put(
                    why,
                    Counter.builder("millrace.srt.dropped")
                            .description("Packets of SRT that were dropped without an answer")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Why a packet goes nowhere. */
    public enum Why {
        /** No SRT. */
        MALFORMED,
        /** For a session that is not here. */
        UNKNOWN,
        /** A conclusion without the cookie of its address. */
        COOKIE,
        /** For a session that is over, or has not begun. */
        UNTIMELY,
        /** The socket takes no more now; SRT sends again what is lost. */
        CONGESTED
    }

    void count(Why why) {
        Objects.requireNonNull(counters.get(why)).increment();
    }

    /** How many so far. */
    public long counted(Why why) {
        return (long) Objects.requireNonNull(counters.get(why)).count();
    }
}
