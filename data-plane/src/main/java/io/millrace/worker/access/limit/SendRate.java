package io.millrace.worker.access.limit;

import java.time.Duration;

/** How much is sent to one viewer, smoothed: of HLS a segment comes at once and then nothing for seconds. Guarded by its owner. */
final class SendRate {

    private static final double SMOOTHING_NANOS = Duration.ofSeconds(10).toNanos();

    /** Players get seconds of media at once when they come. */
    private static final long BURST_NANOS = Duration.ofSeconds(3).toNanos();

    private static final double BITS_PER_NANO_TO_KBPS = 8e6;

    private long sampledAt;
    private long sampledBytes;
    private boolean isNew = true;
    private double kbps;

    SendRate(long now, long bytes) {
        sampledAt = now;
        sampledBytes = bytes;
    }

    void sample(long now, long bytes) {
        long nanos = now - sampledAt;
        if (nanos <= 0) {
            return;
        }
        double over = isNew ? nanos + BURST_NANOS : nanos;
        double measured = (bytes - sampledBytes) * BITS_PER_NANO_TO_KBPS / over;
        kbps = isNew ? measured : kbps + (measured - kbps) * -Math.expm1(-nanos / SMOOTHING_NANOS);
        isNew = false;
        sampledAt = now;
        sampledBytes = bytes;
    }

    double kbps() {
        return kbps;
    }
}
