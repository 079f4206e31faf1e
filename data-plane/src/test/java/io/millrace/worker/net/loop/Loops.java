package io.millrace.worker.net.loop;

import static org.assertj.core.api.Assertions.assertThat;

/** Ends the event loops of a test, with all connections that are still open, and fails when a buffer was not let go of. */
public final class Loops {

    private Loops() {}

    public static void close(EventLoops loops) {
        loops.close();
        assertThat(loops.readBuffersOutstanding())
                .as("buffers that a connection read into and nobody released")
                .isZero();
    }
}
