package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;

/**
 * What one worker last said that it carries of one stream towards one origin.
 *
 * @param epoch of the binding with which its newest session was opened
 * @param bytesIn from publishers since the worker started
 * @param bytesOut to viewers since the worker started
 * @param kbps both ways, between the last two reports
 * @param kbpsIn the publishers' part of it
 * @param kbpsOut the viewers' part of it
 */
public record Carried(
        String worker,
        StreamKey stream,
        OriginId origin,
        long epoch,
        int publishers,
        int viewers,
        long bytesIn,
        long bytesOut,
        double kbps,
        double kbpsIn,
        double kbpsOut,
        Instant reportedAt) {

    public boolean hasPublisher() {
        return publishers > 0;
    }

    public int sessions() {
        return publishers + viewers;
    }
}
