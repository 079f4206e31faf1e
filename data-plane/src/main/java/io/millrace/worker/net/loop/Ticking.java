package io.millrace.worker.net.loop;

/** Something on an event loop that checks its timeouts every second: for idleness and stalls. */
public interface Ticking {

    /** Called on the loop. */
    void tick(long nowNanos);
}
