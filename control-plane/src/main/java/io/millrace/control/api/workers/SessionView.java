package io.millrace.control.api.workers;

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

/** An open session as operators see it. */
@Schema(name = "Session")
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

        Instant startedAt) {

    public static SessionView of(SessionEntry entry, boolean withAddress) {
        SessionReport session = entry.session();
        return new SessionView(
                session.id(),
                entry.worker(),
                session.protocol(),
                session.intent(),
                session.stream(),
                session.origin(),
                withAddress ? session.clientAddress() : ClientAddresses.masked(session.clientAddress()),
                session.startedAt());
    }
}
