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
 * @param asked by the same clock as the times of what failed, which means nothing to others; null from a worker that does not send it
 * @param slow the origin of an earlier answer, dialled and silent so far: is there another one to dial beside it?
 * @param claim of several origins that were dialled for a stream that lives nowhere, the one that answered first
 */
public record ResolveRequest(
        String worker,
        StreamKey stream,
        Intent intent,
        Protocol protocol,
        List<OriginObservation> failed,
        List<OriginId> avoid,
        @Nullable Instant asked,
        @Nullable OriginObservation slow,
        @Nullable Claim claim) {

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

    /** Of a session that has dialled no origin, or of one whose origins have failed. */
    public ResolveRequest(
            String worker,
            StreamKey stream,
            Intent intent,
            Protocol protocol,
            List<OriginObservation> failed,
            List<OriginId> avoid,
            @Nullable Instant asked) {
        this(worker, stream, intent, protocol, failed, avoid, asked, null, null);
    }

    public ResolveRequest withSlow(OriginObservation silent) {
        return new ResolveRequest(worker, stream, intent, protocol, failed, avoid, asked, silent, null);
    }

    public ResolveRequest withClaim(Claim answered) {
        return new ResolveRequest(worker, stream, intent, protocol, failed, avoid, asked, null, answered);
    }

    /**
     * The stream is to live on an origin, unless something was decided about it meanwhile.
     *
     * @param epoch of the binding that was known when the origins were dialled
     */
    public record Claim(OriginId origin, long epoch) {}

    /** Whether it asks no more than where the stream lives. */
    public boolean asksOnlyWhere() {
        return failed.isEmpty() && slow == null && claim == null;
    }
}
