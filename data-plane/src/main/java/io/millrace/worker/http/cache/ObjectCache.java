package io.millrace.worker.http.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.millrace.worker.http.origin.OriginHttp;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Objects of origins by what was asked for, and one fetch for all who ask before the answer is complete. Bounded by bytes; what it does
 * not hold has a bound of the same size, see {@link UncachedObjects}. Safe from any thread.
 */
public final class ObjectCache {

    /** What is known to be for one viewer only, or too large: those who ask for it do not wait for each other. */
    private static final int MAX_UNSHARED_BYTES = 8 << 20;

    private static final Duration UNSHARED = Duration.ofSeconds(60);
    private static final int STRIPES = 64;

    private final CacheSettings settings;
    private final OriginHttp http;
    private final CacheMetrics metrics;
    private final Cache<CacheKey, Kept> kept;
    private final Cache<CacheKey, Boolean> alone;
    private final ConcurrentHashMap<CacheKey, CachedObject> flights = new ConcurrentHashMap<>();
    private final UncachedObjects uncached;
    private final Ticker ticker;
    private final AtomicInteger fetches = new AtomicInteger();
    private final Object[] stripes = new Object[STRIPES];

    private record Kept(CachedObject object, long freshNanos) {}

    public ObjectCache(CacheSettings settings, OriginHttp http, CacheMetrics metrics, Ticker ticker) {
        this.settings = settings;
        this.http = http;
        this.metrics = metrics;
        this.ticker = ticker;
        this.uncached = new UncachedObjects(settings.bytes(), ticker, metrics);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
        kept = Caffeine.newBuilder()
                .maximumWeight(settings.bytes())
                .weigher((CacheKey key, Kept value) ->
                        key.bytes() + value.object().weight())
                .expireAfter(Expiry.creating((CacheKey key, Kept value) -> Duration.ofNanos(value.freshNanos())))
                .ticker(ticker)
                // Letting go of memory is quick; another thread would only make it later.
                .executor(Runnable::run)
                .removalListener((key, value, cause) -> {
                    if (value != null) {
                        value.object().leftCache();
                        value.object().release();
                        if (cause.wasEvicted()) {
                            metrics.evicted(cause);
                        }
                    }
                })
                .build();
        alone = Caffeine.newBuilder()
                .maximumWeight(MAX_UNSHARED_BYTES)
                .weigher((CacheKey key, Boolean value) -> key.bytes())
                .expireAfterWrite(UNSHARED)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        metrics.watch(this);
    }

    /**
     * Reads what is kept, joins a fetch that is under way, or begins one on this loop.
     *
     * @param changed called on the loop whenever there is news: a head, bytes, the end. Look at the reader first, it may know all
     * @return empty where a fetch would have to be begun and there is no room for another one
     */
    public Optional<Reader> open(CacheKey key, EventLoop loop, FetchPlan plan, Runnable changed) {
        Reader there = kept(key, loop, changed);
        if (there != null) {
            return Optional.of(there);
        }
        boolean mayBegin = mayBegin();
        CachedObject mine;
        Reader reader;
        synchronized (stripes[Math.floorMod(key.hashCode(), STRIPES)]) {
            there = kept(key, loop, changed);
            if (there != null) {
                return Optional.of(there);
            }
            CachedObject flight = flights.get(key);
            if (flight != null) {
                Reader joined = new Reader(loop, flight, ticker, changed);
                if (flight.attach(joined)) {
                    metrics.joined();
                    return Optional.of(joined);
                }
            }
            if (!mayBegin) {
                metrics.refused();
                return Optional.empty();
            }
            mine = new CachedObject(uncached, plan.processing().wholeBodyUpTo() > 0);
            reader = new Reader(loop, mine, ticker, changed);
            mine.attach(reader);
            flights.put(key, mine);
        }
        metrics.missed();
        begin(new Fetch(this, key, mine, loop, plan), mine);
        return Optional.of(reader);
    }

    /** Asks for this reader alone; no other joins and nothing is kept. Empty where there is no room. */
    public Optional<Reader> openUnshared(EventLoop loop, FetchPlan plan, Runnable changed) {
        if (!mayBegin()) {
            metrics.refused();
            return Optional.empty();
        }
        CachedObject mine = new CachedObject(uncached, plan.processing().wholeBodyUpTo() > 0);
        Reader reader = new Reader(loop, mine, ticker, changed);
        mine.attach(reader);
        if (plan.processing().wholeBodyUpTo() == 0) {
            mine.passOn();
        }
        metrics.alone();
        begin(new Fetch(this, null, mine, loop, plan), mine);
        return Optional.of(reader);
    }

    private void begin(Fetch fetch, CachedObject object) {
        fetches.incrementAndGet();
        object.fetchedBy(fetch);
        fetch.start();
    }

    private @Nullable Reader kept(CacheKey key, EventLoop loop, Runnable changed) {
        Kept found = kept.getIfPresent(key);
        if (found == null) {
            return null;
        }
        Reader reader = new Reader(loop, found.object(), ticker, changed);
        if (!found.object().attach(reader)) {
            return null;
        }
        metrics.hit();
        return reader;
    }

    /** Whether those who ask for it must ask alone, as far as is known. */
    public boolean isUnshared(CacheKey key) {
        return alone.getIfPresent(key) != null;
    }

    void rememberUnshared(CacheKey key) {
        alone.put(key, true);
    }

    /** It is not found any more. */
    void forgetFlight(CacheKey key, CachedObject object) {
        flights.remove(key, object);
    }

    void completed(@Nullable CacheKey key, CachedObject object, Duration fresh) {
        fetches.decrementAndGet();
        if (key == null) {
            return;
        }
        synchronized (stripes[Math.floorMod(key.hashCode(), STRIPES)]) {
            // One that may not be shared, or is too large, is no longer among the flights.
            boolean known = flights.remove(key, object);
            if (known && !fresh.isZero() && object.retain()) {
                object.enteredCache();
                kept.put(key, new Kept(object, fresh.toNanos()));
            }
        }
    }

    void failed(@Nullable CacheKey key, CachedObject object) {
        fetches.decrementAndGet();
        if (key != null) {
            flights.remove(key, object);
        }
    }

    /** Whether memory is short; makes room where it can. */
    boolean isFillingTooMuch() {
        uncached.shed();
        return uncached.areTooMany();
    }

    /** Likewise, and nothing more fits. */
    boolean isFull() {
        uncached.shed();
        return uncached.areFull();
    }

    private boolean mayBegin() {
        return fetches.get() < settings.maxFetches() && !isFull();
    }

    CacheSettings settings() {
        return settings;
    }

    OriginHttp http() {
        return http;
    }

    /** Requests to origins that are under way. */
    int fetches() {
        return fetches.get();
    }

    long fillingBytes() {
        return uncached.bytes();
    }

    long keptBytes() {
        return kept.policy()
                .eviction()
                .map(bound -> bound.weightedSize().orElse(0))
                .orElse(0L);
    }

    long keptObjects() {
        return kept.estimatedSize();
    }

    /** This object is of no use to others after all. */
    public void forget(CacheKey key, CachedObject object) {
        Kept found = kept.getIfPresent(key);
        if (found != null && found.object() == object) {
            kept.asMap().remove(key, found);
        }
    }

    /** Lets go of everything. */
    public void clear() {
        kept.invalidateAll();
    }
}
