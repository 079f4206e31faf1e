package io.millrace.worker.routing.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Whether the control plane answers, and whether it answers soon enough to wait for it; logs once when it becomes unavailable and once
 * when it answers again. Any thread.
 */
public final class Reachability {

    private static final Logger LOG = Logger.getLogger(Reachability.class);

    /** After so many missed deadlines in a row sessions wait no longer: media never waits for the control plane. */
    private static final int MAX_MISSED = 3;

    private final AtomicInteger missedInARow = new AtomicInteger();
    private final AtomicBoolean answering = new AtomicBoolean();
    private final AtomicBoolean lossLogged = new AtomicBoolean();

    public boolean isAnswering() {
        return answering.get();
    }

    /** False after several deadlines were missed in a row, until anything is answered again. */
    public boolean isWorthWaitingFor() {
        return missedInARow.get() < MAX_MISSED;
    }

    /** A session got no answer in time. */
    public void missedDeadline() {
        if (missedInARow.incrementAndGet() == MAX_MISSED) {
            LOG.warnf("control plane slow, sessions no longer wait for it missedDeadlines=%d", MAX_MISSED);
        }
    }

    public void answered(String url) {
        answering.set(true);
        missedInARow.set(0);
        if (lossLogged.compareAndSet(true, false)) {
            LOG.infof("control plane available url=%s", url);
        }
    }

    /** The worker stops: from now on a missing answer is no news. */
    public void stopping() {
        lossLogged.set(true);
    }

    void lost(String why) {
        answering.set(false);
        if (lossLogged.compareAndSet(false, true)) {
            LOG.warnf(
                    "control plane unavailable, sessions go on, new streams are placed from the last routing table: %s",
                    why);
        }
    }
}
