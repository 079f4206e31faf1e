package io.millrace.control.config;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Former versions of the document, the newest of them. A version is kept before it is replaced, under its number: whichever control plane replaces it,
 * and however often it is tried, there is one entry, and none is missing when a control plane ends in between.
 */
final class ConfigHistory {

    /** Enough for a busy day; each holds the whole document. */
    static final int KEPT = 50;

    private static final Logger LOG = Logger.getLogger(ConfigHistory.class);

    private final KeyedStore<String, ConfigRevision> store;

    ConfigHistory(KeyedStore<String, ConfigRevision> store) {
        this.store = store;
    }

    /** Must have returned before the version is replaced. */
    void keep(ConfigRevision replaced) {
        String key = key(replaced.version());
        if (replaced.version() == Versioned.ABSENT || store.find(key).isPresent()) {
            return;
        }
        // Refused if another control plane was faster: what it kept is the same.
        var _ = store.compareAndSet(key, Versioned.ABSENT, replaced, null);
    }

    /** Lets go of the oldest beyond what is kept. */
    void trim() {
        int excess = store.size() - KEPT;
        if (excess <= 0) {
            return;
        }
        try {
            store.list(null, excess)
                    .forEach(entry -> store.remove(entry.key(), entry.stored().version()));
        } catch (StoreUnavailableException | UncheckedIOException e) {
            // The change itself is kept; the next one trims again.
            LOG.warnf("former versions of the configuration not removed kept=%d why=\"%s\"", KEPT, e.getMessage());
        }
    }

    /** Newest first. */
    List<ConfigRevision> before(long version) {
        return store.list(null, Math.max(1, store.size())).stream()
                .map(entry -> entry.stored().value())
                .filter(revision -> revision.version() < version)
                .toList()
                .reversed();
    }

    Optional<ConfigRevision> find(long version) {
        return version < 0 ? Optional.empty() : store.find(key(version)).map(Versioned::value);
    }

    /** In the order of the versions, as text. */
    private static String key(long version) {
        return String.format(Locale.ROOT, "%019d", version);
    }
}
