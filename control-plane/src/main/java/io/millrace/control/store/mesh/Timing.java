package io.millrace.control.store.mesh;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param answer a caller waits for so long, and is then told that the mesh is away
 * @param probe while it is away, a write is tried so often
 * @param agree beginning a term may take so long before operators see it as an outage
 * @param retry a leader who gets no further for so long begins another term
 * @param expiryGrace after a term began nothing expires for so long, because touches from before may still be under way
 */
record Timing(Duration answer, Duration probe, Duration agree, Duration retry, Duration expiryGrace) {

    static final Timing USUAL = new Timing(
            Duration.ofMillis(700),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2));
}
