package io.millrace.control.security;

import io.millrace.control.security.token.IssuedSecrets;
import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Logs callers that may not do what they ask for: one line per source and minute, and no more lines in a minute than there is room for sources,
 * so that no caller can fill the log or the memory.
 */
public final class RefusedCallers {

    static final int MAX_SOURCES = 200;

    private static final Logger LOG = Logger.getLogger(RefusedCallers.class);

    private static final Duration QUIET = Duration.ofMinutes(1);

    private final SteadyClock clock;

    /** When each source was logged, oldest first. */
    private final Map<String, Instant> logged = new LinkedHashMap<>();

    private long total;
    private long unloggedSinceLine;

    public RefusedCallers(SteadyClock clock) {
        this.clock = clock;
    }

    /**
     * @param what method and path
     * @param missing what the caller would need
     * @return whether this one got a line
     */
    public synchronized boolean refused(String source, String what, String missing) {
        total++;
        Instant now = clock.instant();
        for (Iterator<Instant> oldest = logged.values().iterator(); oldest.hasNext(); ) {
            if (Duration.between(oldest.next(), now).compareTo(QUIET) < 0) {
                break;
            }
            oldest.remove();
        }
        if (logged.containsKey(source) || logged.size() >= MAX_SOURCES) {
            unloggedSinceLine++;
            return false;
        }
        logged.put(source, now);
        LOG.warnf(
                "refused a call from=%s call=%s missing=\"%s\" unloggedBefore=%d",
                source, IssuedSecrets.withoutSecrets(what), missing, unloggedSinceLine);
        unloggedSinceLine = 0;
        return true;
    }

    public synchronized long total() {
        return total;
    }
}
