package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.Binding;
import io.millrace.model.Origin;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link ResolveRequest}.
 *
 * @param binding present when the outcome is {@link Outcome#BOUND}
 * @param origin the binding's origin, or the one where a player may wait; whole, since the worker's table may not have it yet
 * @param reason for people: why there is no origin
 * @param beside where the stream may go instead, as long as it lives nowhere and the origin does not answer; only where the request names
 *     a slow origin, and only when it is {@linkplain ResolveRequest.Claim claimed}
 */
public record ResolveAnswer(
        Outcome outcome,
        @Nullable Binding binding,
        @Nullable Origin origin,
        String reason,
        @Nullable Origin beside) {

    /** What came of it. */
    public enum Outcome {
        BOUND,
        /**
         * The stream is not published, and the request is to play it: it may wait at the origin. Nothing was stored, so nothing may be
         * concluded from it later.
         */
        PROVISIONAL,
        /** No origin may take this stream now. */
        NO_ORIGIN,
        /** The stream is live on an origin that this worker cannot reach. */
        UNREACHABLE,
        /** This control plane has just started and still gathers what is live; the worker decides from what it knows. */
        REBUILDING,
        /** The store that decides does not answer; the worker decides from what it knows. */
        UNDECIDED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static ResolveAnswer bound(Binding binding, Origin origin) {
        return new ResolveAnswer(Outcome.BOUND, binding, origin, "", null);
    }

    public static ResolveAnswer provisional(Origin origin) {
        return new ResolveAnswer(Outcome.PROVISIONAL, null, origin, "", null);
    }

    public static ResolveAnswer none(Outcome outcome, String reason) {
        return new ResolveAnswer(outcome, null, null, reason, null);
    }

    public ResolveAnswer withBeside(Origin other) {
        return new ResolveAnswer(outcome, binding, origin, reason, other);
    }
}
