package io.millrace.control.placement;

import io.millrace.model.Origin;

/**
 * An origin and why it stands where it stands.
 *
 * @param allowed whether it may take the stream
 */
record Ranked(Origin origin, boolean allowed, Reason reason) {

    /** A choice among those that may take the stream. */
    Ranked(Origin origin, Reason reason) {
        this(origin, true, reason);
    }

    /** Words for people. Holds the figures, not the words: it is kept much more often than it is read. */
    interface Reason {
        String text();
    }
}
