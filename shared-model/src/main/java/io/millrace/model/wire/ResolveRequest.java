package io.millrace.model.wire;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.util.List;

/**
 * Where does this stream live, or where should it go: {@code POST /internal/v1/resolve}.
 *
 * @param failed origins that this very session tried without success, newest last
 * @param avoid origins that other sessions of this worker could not reach a moment ago: a new stream goes elsewhere if it can
 */
public record ResolveRequest(
        String worker,
        StreamKey stream,
        Intent intent,
        Protocol protocol,
        List<OriginObservation> failed,
        List<OriginId> avoid) {

    public static final int MAX_AVOID = 100;

    public ResolveRequest {
        failed = failed == null ? List.of() : List.copyOf(failed);
        avoid = avoid == null ? List.of() : List.copyOf(avoid);
    }

    /** Of a worker that reaches all other origins. */
    public ResolveRequest(
            String worker, StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> failed) {
        this(worker, stream, intent, protocol, failed, List.of());
    }
}
