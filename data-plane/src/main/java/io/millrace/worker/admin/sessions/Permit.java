package io.millrace.worker.admin.sessions;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import org.jspecify.annotations.Nullable;

/**
 * That a client may publish or play a stream. Without one no session opens.
 *
 * @param clientAddress {@code host:port}
 * @param subject whom its credential names; null where it names none, or none was needed
 */
public record Permit(
        Protocol protocol,
        Intent intent,
        StreamKey stream,
        String clientAddress,
        @Nullable String subject) implements Permission {

    /** Without the subject, which is for operators. */
    @Override
    public String toString() {
        return "Permit[" + protocol + " " + intent + " " + stream + " " + clientAddress + "]";
    }
}
