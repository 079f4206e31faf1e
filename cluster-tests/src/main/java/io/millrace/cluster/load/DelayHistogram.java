package io.millrace.cluster.load;

import java.util.Arrays;

/** Delays in steps of 10 microseconds up to two seconds; longer ones count as two seconds. */
public final class DelayHistogram {

    private static final long STEP_NANOS = 10_000;
    private final long[] counts = new long[200_001];
    private long total;

    public void add(long nanos) {
        counts[Math.clamp(nanos / STEP_NANOS, 0, counts.length - 1)]++;
        total++;
    }

    public void addAll(DelayHistogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    public void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    public long total() {
        return total;
    }

    /** @return milliseconds; NaN when nothing was counted */
    public double quantile(double q) {
        if (total == 0) {
            return Double.NaN;
        }
        long rank = (long) Math.ceil(total * q);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return i * STEP_NANOS / 1e6;
            }
        }
        throw new IllegalStateException("the counts do not add up to " + total);
    }
}
