package io.millrace.worker.net.flow;

import java.time.Duration;

/** Notices again and again that one side has let the other wait for long. Checked about once a second. */
public final class HeldBack {

    /** A receiver that keeps up never lets a sender wait for so long. */
    public static final Duration TOO_LONG = Duration.ofSeconds(5);

    private long reportedNanos;

    /**
     * @param nanos for how long the sender has been waiting now
     * @return whether that is to be reported once more
     */
    public boolean isNews(long nanos) {
        if (nanos < reportedNanos) {
            reportedNanos = 0;
        }
        if (nanos - reportedNanos <= TOO_LONG.toNanos()) {
            return false;
        }
        reportedNanos = nanos;
        return true;
    }

    /** @param nanos for how long a publisher has been waiting */
    public static String detail(long nanos) {
        return "it has let a publisher wait for " + Duration.ofNanos(nanos).toSeconds() + " s";
    }
}
