package io.millrace.model.wire;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.util.List;

/**
 * Where does this stream live, or where should it go: {@code POST /internal/v1/resolve}.
 *
 * @param failed origins that this very session tried without success, newest last
 */
public record ResolveRequest(
        String worker, StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> failed) {

    public ResolveRequest {
        failed = failed == null ? List.of() : List.copyOf(failed);
    }
}
