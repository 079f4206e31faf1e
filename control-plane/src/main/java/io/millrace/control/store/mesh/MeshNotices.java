package io.millrace.control.store.mesh;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Hands changes to listeners in their order, one at a time, on a thread of its own: a listener may write and wait for the replica, which must
 * go on meanwhile.
 */
final class MeshNotices<C> {

    private static final Logger LOG = Logger.getLogger(MeshNotices.class);

    private final Executor executor;
    private final CopyOnWriteArrayList<Consumer<C>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Supplier<C>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();

    MeshNotices(Executor executor) {
        this.executor = executor;
    }

    /** Ends the subscription when run. */
    Runnable subscribe(Consumer<C> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** Called by one thread, which makes the order. The change is made where it is told. */
    void tell(Supplier<C> change) {
        if (listeners.isEmpty()) {
            return;
        }
        queue.add(change);
        if (wanted.getAndIncrement() == 0) {
            executor.execute(this::deliver);
        }
    }

    private void deliver() {
        int served = 1;
        do {
            for (Supplier<C> change = queue.poll(); change != null; change = queue.poll()) {
                tellAll(change);
            }
            served = wanted.addAndGet(-served);
        } while (served != 0);
    }

    private void tellAll(Supplier<C> supplier) {
        C change = supplier.get();
        for (Consumer<C> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                // One listener's failure is neither the writer's nor the other listeners' business.
                LOG.error("a listener failed on a change of a store", e);
            }
        }
    }
}
