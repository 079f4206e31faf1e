package io.millrace.worker.http.cache;

import com.github.benmanes.caffeine.cache.RemovalCause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of the cache. */
public final class CacheMetrics {

    private final MeterRegistry registry;
    private final Counter hits;
    private final Counter joins;
    private final Counter misses;
    private final Counter alone;
    private final Counter refused;
    private final Counter cutOff;
    private final Map<RemovalCause, Counter> evictions = new EnumMap<>(RemovalCause.class);

    public CacheMetrics(MeterRegistry registry) {
        this.registry = registry;
        hits = requests("hit");
        joins = requests("joined");
        misses = requests("miss");
        alone = requests("alone");
        refused = requests("refused");
        cutOff = Counter.builder("millrace.http.cache.cut.off")
                .description("Clients that took nothing while memory for objects was short, and were ended")
                .register(registry);
        for (RemovalCause cause : RemovalCause.values()) {
            if (cause.wasEvicted()) {
                evictions.put(
                        cause,
                        Counter.builder("millrace.http.cache.evictions")
                                .description("Objects that left the cache")
                                .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                                .register(registry));
            }
        }
    }

    private Counter requests(String result) {
        return Counter.builder("millrace.http.cache.requests")
                .description(
                        "Requests for playlists and segments: found, joined to a fetch under way, fetched, fetched for one alone, refused at a bound")
                .tag("result", result)
                .register(registry);
    }

    void watch(ObjectCache cache) {
        gauge("millrace.http.cache.bytes", "Bytes that are kept", cache, ObjectCache::keptBytes);
        gauge("millrace.http.cache.objects", "Objects that are kept", cache, ObjectCache::keptObjects);
        gauge("millrace.http.cache.fetches", "Requests to origins under way", cache, ObjectCache::fetches);
        gauge(
                "millrace.http.cache.filling.bytes",
                "Bytes of objects on their way from origins, and of those that only their readers keep",
                cache,
                ObjectCache::fillingBytes);
    }

    private void gauge(String name, String description, ObjectCache cache, ToDoubleFunction<ObjectCache> value) {
        Gauge.builder(name, cache, value).description(description).register(registry);
    }

    void hit() {
        hits.increment();
    }

    void joined() {
        joins.increment();
    }

    void missed() {
        misses.increment();
    }

    void alone() {
        alone.increment();
    }

    void refused() {
        refused.increment();
    }

    void cutOff(int readers) {
        cutOff.increment(readers);
    }

    void evicted(RemovalCause cause) {
        Counter counter = evictions.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
