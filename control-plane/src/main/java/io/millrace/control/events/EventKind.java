package io.millrace.control.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Everything that can happen; the word names the event in the REST API and in the live feed. */
public enum EventKind {
    ORIGIN_REGISTERED,
    /** An origin registered that is not approved. */
    ORIGIN_PENDING,
    ORIGIN_RESTARTED,
    ORIGIN_STATE_CHANGED,
    ORIGIN_CHANGED_BY_OPERATOR,
    ORIGIN_REMOVED,
    /** A worker cannot reach an origin that answers probes. */
    ORIGIN_REPORT_CONTRADICTED,
    /** Most origins look dead at once, or do no more. */
    ORIGINS_PANIC,
    STREAM_BOUND,
    STREAM_MOVED,
    STREAM_UNBOUND,
    STREAM_CONFLICT,
    WORKER_ENROLLED,
    WORKER_LOST,
    WORKER_DRAINING,
    TABLE_REJECTED,
    RULES_CHANGED,
    CONFIG_CHANGED,
    /** Somebody was banned, or a ban was lifted. */
    BANS_CHANGED,
    SESSION_KICKED;

    /** Whether it happens all the time while nothing is wrong. */
    public boolean isRoutine() {
        return this == STREAM_BOUND || this == STREAM_UNBOUND;
    }

    /** Whether its words may name addresses of clients. */
    public boolean isAboutClients() {
        return this == BANS_CHANGED || this == SESSION_KICKED;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
