package io.millrace.worker.http.delivery;

import java.time.Duration;
import java.util.Optional;

/** A playlist or manifest as its origin wrote it, parsed once for all viewers. */
public interface Playlist {

    /** The text with every URI as the links make it. */
    String render(Links links);

    /** How long it may be given to other viewers without asking again. */
    Duration fresh();

    /** The longest segment it names, or what stands for it. */
    Duration targetDuration();

    /**
     * For a playlist that does nothing but send its viewer on to another URI of the very same path: that URI. SRS begins each viewer's
     * session so.
     */
    default Optional<String> sendsOnTo(String path) {
        return Optional.empty();
    }
}
