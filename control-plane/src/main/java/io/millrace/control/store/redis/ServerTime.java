package io.millrace.control.store.redis;

/** What the server's clock shows, from the answer that took the shortest of late. Any thread. */
final class ServerTime {

    private static final long LATE_MILLIS = 10_000;

    /** What two clocks may drift apart in that time. */
    private static final long DRIFT_MILLIS = 20;

    private long ahead;
    private long shortestTook = Long.MAX_VALUE;
    private long shortestAt;

    /** All in ms; an answer that was asked for at a local time said the server's time. */
    synchronized void answered(long askedAt, long answeredAt, long server) {
        long took = answeredAt - askedAt;
        boolean wasSet = shortestTook != Long.MAX_VALUE
                && Math.abs(server - (askedAt + took / 2 + ahead)) > (took + shortestTook) / 2 + DRIFT_MILLIS;
        if (took <= shortestTook || wasSet || answeredAt - shortestAt > LATE_MILLIS) {
            shortestTook = took;
            shortestAt = answeredAt;
            ahead = server - (askedAt + took / 2);
        }
    }

    /** 0 if that is not known yet. */
    synchronized long at(long local) {
        return shortestTook == Long.MAX_VALUE ? 0 : local + ahead;
    }
}
