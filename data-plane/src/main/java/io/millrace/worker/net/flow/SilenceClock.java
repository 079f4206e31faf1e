package io.millrace.worker.net.flow;

/**
 * How long one side of a connection has sent nothing, seen by a check about once a second: what it sends costs no read of
 * the clock. On the connection's loop.
 */
public final class SilenceClock {

    /** Until the first check nothing counts as silence. */
    private boolean active = true;

    private long sinceNanos;

    /** Something came, or that side cannot send at present. */
    public void activity() {
        active = true;
    }

    /** To be called at each tick; as exact as the ticks are close. */
    public long silentForNanos(long nowNanos) {
        if (takeActivity()) {
            sinceNanos = nowNanos;
        }
        return nowNanos - sinceNanos;
    }

    /** Whether something came since the last check; this is the next one. */
    public boolean takeActivity() {
        boolean before = active;
        active = false;
        return before;
    }
}
