package io.millrace.worker.routing;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Whether the control plane answers; says once when it is lost and once when it is back. */
final class Reachability {

    private static final Logger LOG = Logger.getLogger(Reachability.class);

    private final AtomicBoolean answering = new AtomicBoolean();
    private final AtomicBoolean lostSaid = new AtomicBoolean();

    boolean isAnswering() {
        return answering.get();
    }

    void answered(String url) {
        answering.set(true);
        if (lostSaid.compareAndSet(true, false)) {
            LOG.infof("control plane is back url=%s", url);
        }
    }

    /** From now on silence is our own doing. */
    void stopping() {
        lostSaid.set(true);
    }

    void lost(String why) {
        answering.set(false);
        if (lostSaid.compareAndSet(false, true)) {
            LOG.warnf("control plane is lost, sessions go on and new ones are placed from what is known: %s", why);
        }
    }
}
