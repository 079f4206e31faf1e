package io.millrace.control.registry.probe;

import java.time.Duration;
import java.util.function.Consumer;

/** Finds out whether an origin answers. */
public interface Probe {

    /**
     * Returns at once; the result comes later and on another thread.
     *
     * @param timeout for all of it
     */
    void attempt(ProbeTarget target, Duration timeout, Consumer<ProbeResult> result);
}
