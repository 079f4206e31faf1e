package io.millrace.control.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Hands changes to listeners in the order in which they were added, one at a time. A thread that finds another at it leaves its
 * own change to that one and never waits, so a listener may hold locks and may use the store again.
 */
public final class Notices<C> {

    private static final Logger LOG = Logger.getLogger(Notices.class);

    private final CopyOnWriteArrayList<Consumer<C>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<C> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();

    /** Ends the subscription when run. */
    public Runnable subscribe(Consumer<C> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Called under the store's lock, which makes the order. False if there is no listener and nothing has to be delivered. */
    public boolean add(C change) {
        return !listeners.isEmpty() && queue.add(change);
    }

    /** Called without the store's lock. */
    public void deliver() {
        if (queue.isEmpty() || wanted.getAndIncrement() != 0) {
            return;
        }
        int served = 1;
        do {
            for (C change = queue.poll(); change != null; change = queue.poll()) {
                tell(change);
            }
            served = wanted.addAndGet(-served);
        } while (served != 0);
    }

    private void tell(C change) {
        for (Consumer<C> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                // One listener's failure is neither the writer's nor the other listeners' business.
                LOG.error("listener failed on a change of a store, internal error", e);
            }
        }
    }
}
