package io.millrace.control.streams.origins;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.control.streams.live.PublisherNotice;
import java.util.List;

/**
 * Notices that one control plane received from origins within a moment. Named in JSON as earlier versions name them, which may share
 * the store.
 *
 * @param writer the run of that control plane
 * @param notices in the order in which they came
 */
record NoticeBatch(String writer, @JsonProperty("words") List<Sent> notices) {

    /** @param agoMillis how long it was queued; the clocks of two control planes need not agree */
    record Sent(@JsonProperty("word") PublisherNotice notice, long agoMillis) {}

    NoticeBatch {
        notices = List.copyOf(notices);
    }
}
