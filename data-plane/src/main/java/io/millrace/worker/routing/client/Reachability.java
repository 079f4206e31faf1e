package io.millrace.worker.routing.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Whether the control plane answers, and whether it answers soon enough to wait for it; says once when it is lost and once when
 * it is back. Any thread.
 */
public final class Reachability {

    private static final Logger LOG = Logger.getLogger(Reachability.class);

    /** So many deadlines missed in a row, and nobody waits any more: media never waits for the control plane. */
    private static final int PATIENCE = 3;

    private final AtomicInteger missedInARow = new AtomicInteger();
    private final AtomicBoolean answering = new AtomicBoolean();
    private final AtomicBoolean lostSaid = new AtomicBoolean();

    public boolean isAnswering() {
        return answering.get();
    }

    /** False after several deadlines were missed in a row, until anything is answered again. */
    public boolean isWorthWaitingFor() {
        return missedInARow.get() < PATIENCE;
    }

    /** A session waited in vain. */
    public void missedDeadline() {
        if (missedInARow.incrementAndGet() == PATIENCE) {
            LOG.warnf("control plane does not answer in time, sessions do not wait for it missed=%d", PATIENCE);
        }
    }

    public void answered(String url) {
        answering.set(true);
        missedInARow.set(0);
        if (lostSaid.compareAndSet(true, false)) {
            LOG.infof("control plane is back url=%s", url);
        }
    }

    /** From now on silence is our own doing. */
    public void stopping() {
        lostSaid.set(true);
    }

    void lost(String why) {
        answering.set(false);
        if (lostSaid.compareAndSet(false, true)) {
            LOG.warnf("control plane is lost, sessions go on and new ones are placed from what is known: %s", why);
        }
    }
}
