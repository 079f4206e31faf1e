package io.millrace.control.routing;

import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Finds out at the start whether there is anything to rebuild. Of control planes that share a store the first one waits for what workers
 * know, and again the first one after a time in which there was none; whoever comes meanwhile waits with it, whoever comes later
 * does not wait.
 */
final class RebuildStart {

    private static final Logger LOG = Logger.getLogger(RebuildStart.class);
    private static final String BEGIN = "begin";
    private static final String REBUILDING = "rebuilding";
    private static final int ATTEMPTS = 5;

    private final KeyedStore<String, Stay> store;
    private final boolean isNew;
    private final SteadyClock clock;
    private final Duration length;

    /**
     * A time in which there were always control planes.
     *
     * @param since as the store names it
     */
    record Stay(String since) {}

    RebuildStart(KeyedStores stores, SteadyClock clock, Duration length) {
        this(stores.shared("state", String.class, Stay.class), stores.isNew(), clock, length);
    }

    RebuildStart(KeyedStore<String, Stay> store, boolean isNew, SteadyClock clock, Duration length) {
        this.store = store;
        this.isNew = isNew;
        this.clock = clock;
        this.length = length;
    }

    RebuildWindow window() {
        if (length.isZero()) {
            return new RebuildWindow(clock, length);
        }
        try {
            return find();
        } catch (StoreUnavailableException away) {
            LOG.infof("rebuilding millis=%d why=\"the store does not answer\"", length.toMillis());
            return new RebuildWindow(clock, length);
        }
    }

    private RebuildWindow find() {
        Stay now = new Stay(store.keptSince());
        for (int i = 0; i < ATTEMPTS; i++) {
            Versioned<Stay> begun = store.ask(BEGIN).orElse(null);
            if (begun != null && begun.value().equals(now)) {
                return RebuildWindow.asLongAs(() -> store.find(REBUILDING).isPresent(), clock, length);
            }
            if (!isNew) {
                // Before it is known that somebody has begun, so that nobody takes the waiting for over.
                long expected = store.ask(REBUILDING).map(Versioned::version).orElse(Versioned.ABSENT);
                var _ = store.compareAndSet(REBUILDING, expected, now, length);
            }
            Outcome<Stay> outcome =
                    store.compareAndSet(BEGIN, begun == null ? Versioned.ABSENT : begun.version(), now, null);
            if (outcome.written()) {
                return first();
            }
        }
        return new RebuildWindow(clock, length);
    }

    private RebuildWindow first() {
        if (isNew) {
            LOG.info("nothing of a former run was found; streams are placed from now on");
            return RebuildWindow.unlessSomethingIsFound(clock, length);
        }
        LOG.infof("rebuilding millis=%d why=\"no other control plane was running\"", length.toMillis());
        return new RebuildWindow(clock, length);
    }
}
