package io.millrace.model.wire;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Instant;

/** One client session that a worker relays. */
public record SessionReport(
        String id,
        Protocol protocol,
        Intent intent,
        StreamKey stream,
        OriginId origin,
        String clientAddress,
        Instant startedAt) {}
