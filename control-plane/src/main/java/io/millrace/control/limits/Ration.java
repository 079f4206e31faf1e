package io.millrace.control.limits;

/** What one question may take of a budget; everything is given back when it is closed. Any thread. */
public final class Ration implements AutoCloseable {

    private final ByteBudget budget;
    private final long most;
    private long taken;
    private boolean refused;
    private boolean closed;

    public Ration(ByteBudget budget, long most) {
        this.budget = budget;
        this.most = most;
    }

    /** @return whether there was room; never after {@link #close} */
    public synchronized boolean take(long bytes) {
        if (closed || taken + bytes > most || !budget.take(bytes)) {
            refused = true;
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Whether something was left out for want of room. */
    public synchronized boolean hasRefused() {
        return refused;
    }

    /** Gives back what was taken, for a question that keeps nothing of what it has read. */
    public synchronized void reset() {
        budget.give(taken);
        taken = 0;
    }

    @Override
    public synchronized void close() {
        reset();
        closed = true;
    }
}
