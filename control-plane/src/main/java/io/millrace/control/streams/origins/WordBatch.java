package io.millrace.control.streams.origins;

import io.millrace.control.streams.live.OriginWord;
import java.util.List;

/**
 * What origins said to one control plane within a moment.
 *
 * @param writer the run of that control plane
 * @param words in the order in which they were said
 */
record WordBatch(String writer, List<Said> words) {

    /** @param agoMillis how long it waited to be written; the clocks of two control planes need not agree */
    public record Said(OriginWord word, long agoMillis) {}

    WordBatch {
        words = List.copyOf(words);
    }
}
