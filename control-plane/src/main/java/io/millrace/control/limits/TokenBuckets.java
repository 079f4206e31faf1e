package io.millrace.control.limits;

import io.millrace.model.address.AddressGroup;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each address. The addresses that were not met for longest are forgotten above a bound, which makes their buckets
 * full again. Any thread.
 */
public final class TokenBuckets {

    public static final int MAX_ADDRESSES = 10_000;

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();
    private static final float LOAD_FACTOR = 0.75f;

    private final double perSecond;
    private final int burst;
    private final LinkedHashMap<String, Bucket> buckets;

    public TokenBuckets(double perSecond, int burst) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.buckets = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > MAX_ADDRESSES;
            }
        };
    }

    private static final class Bucket {
        private double tokens;
        private long filledAt;

        Bucket(double tokens, long filledAt) {
            this.tokens = tokens;
            this.filledAt = filledAt;
        }
    }

    /**
     * @param nanos by a monotonic clock
     * @return false when the address has used up what it may
     */
    public synchronized boolean take(String address, long nanos) {
        Bucket bucket = buckets.computeIfAbsent(AddressGroup.of(address), group -> new Bucket(burst, nanos));
        double gained = Math.max(0, nanos - bucket.filledAt) / NANOS_PER_SECOND * perSecond;
        bucket.tokens = Math.min(burst, bucket.tokens + gained);
        bucket.filledAt = nanos;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    /** Gives back what was taken, where it turned out to be none of what is limited. */
    public synchronized void give(String address) {
        Bucket bucket = buckets.get(AddressGroup.of(address));
        if (bucket != null) {
            bucket.tokens = Math.min(burst, bucket.tokens + 1);
        }
    }

    public synchronized int addresses() {
        return buckets.size();
    }
}
