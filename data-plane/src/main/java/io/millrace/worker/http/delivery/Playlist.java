package io.millrace.worker.http.delivery;

import java.time.Duration;
import java.util.Optional;

/** A playlist or manifest as its origin wrote it, parsed once for all viewers. */
public interface Playlist {

    /** A live playlist is given to other viewers for no longer. */
    Duration LONGEST_LIVE = Duration.ofSeconds(5);

    /** The text with every URI as the links make it. */
    String render(Links links);

    /** How long it may be given to other viewers without asking again. */
    Duration fresh();

    /** Of a live playlist: half of the period in which it changes. */
    static Duration halfOf(long periodMillis, Duration shortest) {
        Duration half = Duration.ofMillis(periodMillis / 2);
        if (half.compareTo(shortest) < 0) {
            return shortest;
        }
        return half.compareTo(LONGEST_LIVE) > 0 ? LONGEST_LIVE : half;
    }

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
