package io.millrace.control.time;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock by which decisions are taken: who has been silent for too long, what is over, what is due. Its moments mean something only in
 * comparison with other moments of the same clock. Setting the system's clock does not change it, and it stands still while the
 * process does, since nothing could be received then. Moments of it must not leave the process.
 */
public interface SteadyClock extends InstantSource {

    /** The time of day of a moment of this clock, for people. */
    Instant shown(Instant moment);

    /** How often the process is known to have stood still. */
    long pauses();
}
