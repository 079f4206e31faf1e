package io.millrace.control.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Work that one control plane does for all: the holder of the lease. A holder that ends or cannot reach the store loses it after its
 * length, by its own clock no later than by the others'. Any thread.
 */
public final class Lease {

    private final KeyedStore<String, Holder> store;
    private final String work;
    private final Holder me;
    private final Duration length;
    private final LongSupplier nanoTime;
    private volatile Span held = Span.NEVER;

    /** @param run the run of the control plane that holds it */
    public record Holder(String run) {}

    private record Span(boolean granted, long untilNanos) {
        private static final Span NEVER = new Span(false, 0);
    }

    /** @param me this run of this control plane */
    public Lease(KeyedStore<String, Holder> store, String work, String me, Duration length, LongSupplier nanoTime) {
        this.store = store;
        this.work = work;
        this.me = new Holder(me);
        this.length = length;
        this.nanoTime = nanoTime;
    }

    public boolean isHeld() {
        Span span = held;
        return span.granted && nanoTime.getAsLong() - span.untilNanos < 0;
    }

    /** Work that is left out while another control plane holds the lease. */
    public Runnable whileHeld(Runnable work) {
        return () -> {
            if (isHeld()) {
                work.run();
            }
        };
    }

    /** Takes the lease if it is free, or goes on holding it; to be called several times in its length. */
    public void renew() {
        long asked = nanoTime.getAsLong();
        Versioned<Holder> now = store.find(work).orElse(null);
        if (now != null && !now.value().equals(me)) {
            held = Span.NEVER;
            return;
        }
        try {
            boolean written = store.compareAndSet(work, now == null ? Versioned.ABSENT : now.version(), me, length)
                    .written();
            held = written ? new Span(true, asked + length.toNanos()) : Span.NEVER;
        } catch (StoreUnavailableException away) {
            // What was granted goes on until it ends: no other can have got it before.
        }
    }

    /** Lets another one have it at once. */
    public void release() {
        held = Span.NEVER;
        try {
            store.find(work).filter(now -> now.value().equals(me)).ifPresent(now -> store.remove(work, now.version()));
        } catch (StoreUnavailableException away) {
            // It ends by itself.
        }
    }
}
