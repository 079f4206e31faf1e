package io.millrace.worker.webrtc.relay;

import java.util.Locale;

/** Why a packet was not passed on. */
enum Drop {
    /** Its first byte is none of WebRTC's. */
    NOT_WEBRTC,
    MALFORMED_STUN,
    /** Neither a connectivity check nor from an address that an origin accepted. */
    UNKNOWN_ADDRESS,
    /** A check for a session that is unknown, or that is being looked up. */
    UNKNOWN_UFRAG,
    /** Too many unknown sessions at once to look all of them up. */
    LOOKUP_LIMIT,
    /** Its session leads to an origin that the present table does not hold. */
    UNKNOWN_ORIGIN,
    /** Its session was ended on purpose a moment ago. */
    ENDED,
    /** A new session while the worker drains. */
    DRAINING,
    /** A new session, or a connection, beyond what this worker takes. */
    TOO_MANY,
    /** Too many checks from addresses that the origin has not accepted. */
    TOO_MANY_CHECKS,
    /** A check with another user name than that of the session's client. */
    WRONG_CLIENT,
    /** A check that was seen from another address before. */
    REPLAYED,
    /** A check for one session from an address that lately proved to belong to another. */
    ADDRESS_IN_USE,
    /** The origin's answer to a request that was not sent, or that was sent too long ago. */
    UNASKED,
    /** From the origin before it has accepted a client's address. */
    NO_CLIENT,
    /** The client's connection, or the way to clients, does not take more. */
    CLIENT_SLOW,
    /** The way to the origin does not take more. */
    ORIGIN_SLOW,
    /** Another event loop has too much to do to take packets of its sessions from us. */
    LOOP_BUSY;

    private final String metricTag = name().toLowerCase(Locale.ROOT).replace('_', '-');

    String metricTag() {
        return metricTag;
    }
}
