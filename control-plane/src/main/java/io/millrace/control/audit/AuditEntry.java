package io.millrace.control.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to change something.
 *
 * @param credential by what the actor is known; {@code none} where nothing valid was shown
 * @param address of the peer
 * @param operation what was attempted, as in {@code stream.move}; the method where the request never reached an operation
 * @param target to what, as in a URL below {@code /api/v1}
 * @param before what it replaced, as far as it differs from what replaced it and without secrets
 * @param repeated further attempts of this caller since its last entry, which have none of their own
 * @param controlPlane the run of the control plane that was asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEntry(
        Instant at,
        String actor,
        String credential,
        String address,
        String operation,
        String target,
        @Nullable JsonNode before,
        @Nullable JsonNode after,
        Result result,
        int status,
        int repeated,
        String controlPlane) {

    /** What came of it. */
    public enum Result {
        DONE,
        /** The caller may not do it, or has not shown who it is. */
        REFUSED,
        /** It made no sense, or did not apply; nothing was changed. */
        INVALID,
        /** Something here went wrong; it may have been done all the same. */
        FAILED;

        static Result of(int status) {
            if (status == 401 || status == 403) {
                return REFUSED;
            }
            return status < 400 ? DONE : status < 500 ? INVALID : FAILED;
        }

        /** Whether something was changed, or may have been. */
        boolean mayHaveChanged() {
            return this == DONE || this == FAILED;
        }

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    AuditEntry withRepeated(int more) {
        return new AuditEntry(
                at, actor, credential, address, operation, target, before, after, result, status, more, controlPlane);
    }

    /** About how many bytes it takes in a store. */
    int size() {
        return FIXED_BYTES
                + actor.length()
                + credential.length()
                + address.length()
                + operation.length()
                + target.length()
                + length(before)
                + length(after);
    }

    private static final int FIXED_BYTES = 200;

    private static int length(@Nullable JsonNode value) {
        return value == null ? 0 : value.toString().length();
    }
}
