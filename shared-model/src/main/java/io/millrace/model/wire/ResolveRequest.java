package io.millrace.model.wire;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where does this stream live, or where should it go: {@code POST /internal/v1/resolve}.
 *
 * @param failed origins that this very session tried without success, newest last
 * @param avoid origins that other sessions of this worker could not reach a moment ago: a new stream goes elsewhere if it can
 * @param asked by the same clock as the times of what failed, which means nothing to others; null from those who do not say
 */
public record ResolveRequest(
        String worker,
        StreamKey stream,
        Intent intent,
        Protocol protocol,
        List<OriginObservation> failed,
        List<OriginId> avoid,
        @Nullable Instant asked) {

    public static final int MAX_AVOID = 100;

    /** A session gives up long before. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public ResolveRequest {
        failed = failed == null ? List.of() : List.copyOf(failed);
        avoid = avoid == null ? List.of() : List.copyOf(avoid);
    }

    /** Of a worker that reaches all other origins. */
    public ResolveRequest(
            String worker, StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> failed) {
        this(worker, stream, intent, protocol, failed, List.of(), null);
    }

    /** How long ago one of the failures was when this was asked. */
    public Duration ago(OriginObservation failure) {
        Duration ago = asked == null ? Duration.ZERO : Duration.between(failure.at(), asked);
        if (ago.isNegative()) {
            return Duration.ZERO;
        }
        return ago.compareTo(LONGEST) > 0 ? LONGEST : ago;
    }
}
