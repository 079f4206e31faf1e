package io.millrace.control.api.workers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.security.ClientAddresses;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.SessionReport;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An open session as operators see it. */
@Schema(name = "Session")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionView(
        String id,
        String worker,
        Protocol protocol,
        Intent intent,

        @Schema(type = SchemaType.STRING, examples = "__defaultVhost__/live/show")
        StreamKey stream,

        @Schema(type = SchemaType.STRING, examples = "o-1f2e3d4c5b6a")
        OriginId origin,

        @Schema(
                description = "To viewers only its network, 24 bits of IPv4 and 48 of IPv6",
                examples = "203.0.113.7:50112")
        String clientAddress,

        @Schema(
                description = "Whom the credential of the client names; absent where it names nobody, and for viewers",
                examples = "ann@example.com")
        @Nullable
        String subject,

        Instant startedAt) {

    /** @param withClient whether the caller may see who the client is */
    public static SessionView of(SessionEntry entry, boolean withClient) {
        SessionReport session = entry.session();
        return new SessionView(
                session.id(),
                entry.worker(),
                session.protocol(),
                session.intent(),
                session.stream(),
                session.origin(),
                withClient ? session.clientAddress() : ClientAddresses.masked(session.clientAddress()),
                withClient ? session.subject() : null,
                session.startedAt());
    }
}
