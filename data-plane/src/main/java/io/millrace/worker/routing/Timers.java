package io.millrace.worker.routing;

import java.time.Duration;

/** Runs something later; tests bring their own that obeys a clock of theirs. */
public interface Timers {

    /** @return cancels it, if it has not begun */
    Runnable after(Duration delay, Runnable task);
}
