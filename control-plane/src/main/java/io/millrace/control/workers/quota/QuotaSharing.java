package io.millrace.control.workers.quota;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Tells the other control planes what the workers have that report here, and learns the same of theirs. */
public final class QuotaSharing {

    private static final Logger LOG = Logger.getLogger(QuotaSharing.class);

    /** When a control plane has ended, its workers report elsewhere by then. */
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

    private static final int MAX_CONTROL_PLANES = 100;

    private final KeyedStore<String, QuotaShare> store;
    private final VhostQuotas quotas;
    private final String run;
    private QuotaShare shared = QuotaShare.NOTHING;

    public QuotaSharing(KeyedStore<String, QuotaShare> store, VhostQuotas quotas, String run) {
        this.store = store;
        this.quotas = quotas;
        this.run = run;
    }

    /** To be called about every second, by one at a time. */
    public void exchange() {
        quotas.elsewhere(store.list(null, MAX_CONTROL_PLANES).stream()
                .filter(entry -> !entry.key().equals(run))
                .map(entry -> entry.stored().value())
                .toList());
        QuotaShare now = quotas.share();
        if (now.equals(shared) && (now.equals(QuotaShare.NOTHING) || store.touch(run, TIME_TO_LIVE))) {
            return;
        }
        try {
            long before = store.find(run).map(Versioned::version).orElse(Versioned.ABSENT);
            if (store.compareAndSet(run, before, now, TIME_TO_LIVE).written()) {
                shared = now;
            }
        } catch (StoreUnavailableException away) {
            // They go on with the last numbers, and so does this one.
            LOG.debugf("use of vhosts not shared why=\"%s\"", away.getMessage());
        }
    }
}
