package io.millrace.control.limits;

import java.util.ArrayDeque;
import java.util.Queue;

/** Bytes that may be held at once, by all together. Any thread; the lock is held for a few instructions. */
public final class ByteBudget {

    private final long capacity;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long used;

    private record Waiting(long bytes, Runnable granted) {}

    public ByteBudget(long capacity) {
        this.capacity = capacity;
    }

    /** A part of the heap, and never less than is needed for one of the largest. */
    public static ByteBudget ofHeap(int divisor, long atLeast) {
        return new ByteBudget(Math.max(atLeast, Runtime.getRuntime().maxMemory() / divisor));
    }

    public long capacity() {
        return capacity;
    }

    public synchronized long used() {
        return used;
    }

    /** @return whether the bytes were there; what was taken has to be given back */
    public synchronized boolean take(long bytes) {
        // Those who wait have come first.
        if (!waiting.isEmpty() || used + bytes > capacity) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Takes now, or calls back when the bytes have been taken; in the order of the calls. */
    public void takeWhenFree(long bytes, Runnable granted) {
        synchronized (this) {
            if (!waiting.isEmpty() || used + bytes > capacity) {
                waiting.add(new Waiting(bytes, granted));
                return;
            }
            used += bytes;
        }
        granted.run();
    }

    public void give(long bytes) {
        Queue<Runnable> granted = new ArrayDeque<>();
        synchronized (this) {
            used -= bytes;
            for (Waiting next = waiting.peek();
                    next != null && used + next.bytes() <= capacity;
                    next = waiting.peek()) {
                waiting.remove();
                used += next.bytes();
                granted.add(next.granted());
            }
        }
        granted.forEach(Runnable::run);
    }
}
