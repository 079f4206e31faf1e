package io.millrace.control.store.mesh;

import io.millrace.control.store.Notices;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells listeners on a thread of its own: a listener may write and wait for the replica, which must go on meanwhile. */
final class MeshNotices<C> {

    private final Executor executor;
    private final Notices<Supplier<C>> notices = new Notices<>();

    MeshNotices(Executor executor) {
        this.executor = executor;
    }

    /** Ends the subscription when run. */
    Runnable subscribe(Consumer<C> listener) {
        return notices.subscribe(change -> listener.accept(change.get()));
    }

    /** Called by one thread, which makes the order. The change is made where it is told. */
    void tell(Supplier<C> change) {
        if (notices.add(change)) {
            executor.execute(notices::deliver);
        }
    }
}
