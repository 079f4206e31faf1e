package io.millrace.control.store.redis;

/** What the server's clock shows, from the answer that took the shortest of late. Any thread. */
final class ServerTime {

    private static final long LATE_MILLIS = 10_000;

    private long ahead;
    private long shortestTook = Long.MAX_VALUE;
    private long shortestAt;

    /** All in ms; an answer that was asked for at a local time said the server's time. */
    synchronized void answered(long askedAt, long answeredAt, long server) {
        long took = answeredAt - askedAt;
        if (took <= shortestTook || answeredAt - shortestAt > LATE_MILLIS) {
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
