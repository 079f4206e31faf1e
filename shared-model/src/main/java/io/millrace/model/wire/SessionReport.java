package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One client session that a worker relays.
 *
 * @param subject whom its credential names
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionReport(
        String id,
        Protocol protocol,
        Intent intent,
        StreamKey stream,
        OriginId origin,
        String clientAddress,
        @Nullable String subject,
        Instant startedAt) {}
