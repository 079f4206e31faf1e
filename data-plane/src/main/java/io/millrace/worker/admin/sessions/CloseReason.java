package io.millrace.worker.admin.sessions;

import java.util.Locale;
import org.jboss.logging.Logger;

/** Why a session ended, or why a connection never became one. Each reason has a category and a log level. */
public enum CloseReason {
    PEER_CLOSED(Category.PEER, Logger.Level.INFO),
    PEER_RESET(Category.PEER, Logger.Level.INFO),
    /** Sent nothing for too long. */
    PEER_IDLE(Category.PEER, Logger.Level.INFO),
    /** Did not read what was sent to it. */
    PEER_STALLED(Category.PEER, Logger.Level.INFO),
    PEER_HANDSHAKE_TIMEOUT(Category.PEER, Logger.Level.INFO),
    PEER_COMMAND_TIMEOUT(Category.PEER, Logger.Level.INFO),
    PEER_PROTOCOL_ERROR(Category.PEER, Logger.Level.INFO),
    /** Named a stream in a way that makes no stream key. */
    PEER_BAD_NAME(Category.PEER, Logger.Level.INFO),

    ORIGIN_CLOSED(Category.ORIGIN, Logger.Level.INFO),
    ORIGIN_RESET(Category.ORIGIN, Logger.Level.WARN),
    /** The origin answered, and its answer was no: stream busy, not found, not allowed. */
    ORIGIN_REFUSED_STREAM(Category.ORIGIN, Logger.Level.INFO),
    ORIGIN_UNREACHABLE(Category.ORIGIN, Logger.Level.WARN),
    ORIGIN_TIMEOUT(Category.ORIGIN, Logger.Level.WARN),
    ORIGIN_PROTOCOL_ERROR(Category.ORIGIN, Logger.Level.WARN),

    /** No origin may take the stream now. */
    NO_ORIGIN(Category.CAPACITY, Logger.Level.WARN),
    TOO_MANY_SESSIONS(Category.CAPACITY, Logger.Level.WARN),
    /** There is room, but not for more of this client's address. */
    TOO_MANY_OF_ADDRESS(Category.CAPACITY, Logger.Level.WARN),
    /** Its vhost has all that the operators' limits let it have. */
    VHOST_FULL(Category.CAPACITY, Logger.Level.INFO),
    /** The stream is not published, and players wait for as many such streams as may be. */
    TOO_MANY_WAITING(Category.CAPACITY, Logger.Level.INFO),
    /** It read too slowly while the worker held as much for slow peers as it may. */
    MEMORY_FULL(Category.CAPACITY, Logger.Level.WARN),

    DRAINED(Category.OPERATOR, Logger.Level.INFO),
    KICKED(Category.OPERATOR, Logger.Level.INFO),
    /** The stream lives elsewhere now; the client shall come again. */
    MOVED(Category.OPERATOR, Logger.Level.INFO),
    /** What it showed does not let it publish or play the stream. */
    NOT_ALLOWED(Category.OPERATOR, Logger.Level.INFO),
    /** The service that decides whether it may publish or play did not answer. */
    ACCESS_UNKNOWN(Category.OPERATOR, Logger.Level.WARN),
    /** A ban applies to it, also one by which it was revoked. */
    BANNED(Category.OPERATOR, Logger.Level.INFO),

    INTERNAL_ERROR(Category.US, Logger.Level.ERROR);

    private final Category category;
    private final Logger.Level logLevel;
    private final String metricTag;

    CloseReason(Category category, Logger.Level logLevel) {
        this.category = category;
        this.logLevel = logLevel;
        this.metricTag = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Category category() {
        return category;
    }

    public Logger.Level logLevel() {
        return logLevel;
    }

    /** The word in metrics, log lines and JSON. */
    public String metricTag() {
        return metricTag;
    }

    /** Which side caused it. */
    public enum Category {
        PEER,
        ORIGIN,
        US,
        CAPACITY,
        OPERATOR;

        private final String metricTag = name().toLowerCase(Locale.ROOT);

        public String metricTag() {
            return metricTag;
        }
    }
}
