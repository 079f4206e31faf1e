package io.millrace.worker.rtmp.session;

import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;

/**
 * A client's request and the key of the stream that it names. Later names on the same connection are read as the first one was: a
 * table that came in between, with other vhosts, does not make them mean another stream.
 */
public record KeyedRequest(StreamRequest request, StreamKey key, StreamNaming naming) {

    /** @throws IllegalArgumentException when the request names no stream */
    public static KeyedRequest of(StreamRequest request, StreamNaming naming) {
        return new KeyedRequest(request, keyOf(request, request.streamName(), naming), naming);
    }

    /** Whether a further publish or play on the same connection, with this name, is for the same stream. */
    public boolean isRepeatedBy(String streamName) {
        try {
            return keyOf(request, streamName, naming).equals(key);
        } catch (IllegalArgumentException namesNoStream) {
            return false;
        }
    }

    private static StreamKey keyOf(StreamRequest request, String streamName, StreamNaming naming) {
        return naming.ofRtmp(request.tcUrl(), request.app(), streamName);
    }
}
