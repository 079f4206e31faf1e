package io.millrace.control.store.redis;

import io.millrace.control.store.Versioned;
import io.millrace.control.store.file.FileSnapshots;
import io.millrace.control.store.file.Snapshots.Kept;
import io.millrace.control.store.file.Snapshots.Snapshot;
import io.millrace.control.store.redis.Copy.Held;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * A copy in a file, written at most a few times a second. The store does not wait for it: Redis keeps what was written, the file is for
 * the day when Redis has lost it. What has a time to live is left out.
 */
final class KeptOnDisk<K extends Comparable<K>, V> implements FileCopy<K, V> {

    private static final Logger LOG = Logger.getLogger(KeptOnDisk.class);

    /** After a failure, so many rounds of the keeping thread pass without another attempt. */
    private static final int ROUNDS_OFF = 20;

    private final FileSnapshots<K, V> file;
    private final AtomicBoolean changed = new AtomicBoolean();
    private String keptHistory = "";
    private long lastVersion;
    private boolean failing;
    private int roundsOff;

    KeptOnDisk(FileSnapshots<K, V> file) {
        this.file = file;
    }

    @Override
    public String load(Copy<K, V> copy) {
        Snapshot<K, V> kept = file.load();
        for (Kept<K, V> entry : kept.entries()) {
            copy.learnt(entry.key(), new Held<>(new Versioned<>(entry.value(), entry.version()), 0), 0, copy.history());
        }
        lastVersion = kept.lastVersion();
        keptHistory = kept.history();
        return keptHistory;
    }

    @Override
    public void follow(Copy<K, V> copy) {
        var _ = copy.subscribe(change -> changed.set(true));
    }

    @Override
    public void keep(Copy<K, V> copy, String history) {
        if (roundsOff > 0) {
            roundsOff--;
            return;
        }
        if (!changed.getAndSet(false) && history.equals(keptHistory)) {
            return;
        }
        List<Kept<K, V>> entries = copy.newerThan(Versioned.ABSENT).stream()
                .filter(entry -> entry.getValue().timeToLive() == 0)
                .map(entry -> new Kept<>(
                        entry.getKey(),
                        entry.getValue().stored().value(),
                        entry.getValue().stored().version(),
                        null))
                .toList();
        long newest = entries.isEmpty() ? 0 : entries.getLast().version();
        try {
            file.save(new Snapshot<>(Math.max(lastVersion, newest), entries, history));
            lastVersion = Math.max(lastVersion, newest);
            keptHistory = history;
            if (failing) {
                LOG.infof("the copy on this disk is written again entries=%d", entries.size());
            }
            failing = false;
        } catch (UncheckedIOException e) {
            changed.set(true);
            roundsOff = ROUNDS_OFF;
            if (!failing) {
                LOG.warnf("the copy on this disk cannot be written, the store itself goes on: %s", e.getMessage());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        file.close();
    }

    /** Configuration is removed seldom, and a control plane may come back after a long time. */
    @Override
    public Duration tombstones() {
        return Duration.ofDays(30);
    }
}
