package io.millrace.control.store.mesh;

/** What a key holds. Value and version never change; the deadline belongs to the thread of the replica. */
final class Cell {

    /** A deadline of an entry that is kept for good. */
    static final long NEVER = 0;

    private final long version;
    private final Bytes value;
    private long deadlineMillis;

    /** @param deadlineMillis by this control plane's own clock */
    Cell(long version, Bytes value, long deadlineMillis) {
        this.version = version;
        this.value = value;
        this.deadlineMillis = deadlineMillis;
    }

    long version() {
        return version;
    }

    Bytes value() {
        return value;
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    void touch(long newDeadlineMillis) {
        deadlineMillis = newDeadlineMillis;
    }

    boolean isDue(long nowMillis) {
        return deadlineMillis != NEVER && deadlineMillis <= nowMillis;
    }
}
