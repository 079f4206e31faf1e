package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane asks of a worker; repeated in every answer until the worker reports it done.
 *
 * @param session the session to end, for {@link Action#END_SESSION}
 * @param stream the stream whose sessions end, for {@link Action#END_STREAM}
 * @param keepOrigin sessions of that stream on this origin stay, for {@link Action#END_STREAM}
 */
public record Directive(
        String id,
        Action action,
        @Nullable String session,
        @Nullable StreamKey stream,
        @Nullable OriginId keepOrigin,
        String reason) {

    /** What to do. */
    public enum Action {
        END_SESSION,
        END_STREAM,
        DRAIN,
        /** Enrol again: this control plane does not know the worker. */
        ENROL;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static Directive endSession(String id, String session, String reason) {
        return new Directive(id, Action.END_SESSION, session, null, null, reason);
    }

    public static Directive endStream(String id, StreamKey stream, @Nullable OriginId keepOrigin, String reason) {
        return new Directive(id, Action.END_STREAM, null, stream, keepOrigin, reason);
    }

    public static Directive drain(String id, String reason) {
        return new Directive(id, Action.DRAIN, null, null, null, reason);
    }

    public static Directive enrol(String id, String reason) {
        return new Directive(id, Action.ENROL, null, null, null, reason);
    }
}
