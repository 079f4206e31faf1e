package io.millrace.control.audit;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Entries of one kind: a queue in front of a store, both bounded. What does not fit into the queue is dropped, what does not fit into the store
 * lets the oldest go. Any thread.
 */
final class AuditStore {

    private static final Logger LOG = Logger.getLogger(AuditStore.class);
    private static final int MAX_BATCH = 100;

    private final KeyedStore<String, AuditBatch> store;
    private final String writer;
    private final Limits limits;
    private final ArrayDeque<AuditEntry> queue = new ArrayDeque<>();

    /** Taken from the queue and not written yet: the same batch again, however often that is tried. */
    private List<AuditEntry> unwritten = List.of();

    private long batches;
    private long dropped;

    /** @param kept entries in the store, with {@code bytes} in all */
    record Limits(int queued, int kept, long bytes) {}

    /** @param id in the order of time, and of which there is no other */
    record Found(String id, AuditEntry entry) {}

    /** @param writer names this run of this control plane, as no other is named */
    AuditStore(KeyedStore<String, AuditBatch> store, String writer, Limits limits) {
        this.store = store;
        this.writer = writer;
        this.limits = limits;
    }

    /** Never waits for the store. */
    void add(AuditEntry entry) {
        synchronized (queue) {
            if (queue.size() < limits.queued()) {
                queue.addLast(entry);
            } else {
                dropped++;
            }
        }
    }

    /** Writes what is queued; keeps it while the store takes nothing. */
    synchronized void flush() {
        while (true) {
            if (unwritten.isEmpty()) {
                unwritten = take();
            }
            if (unwritten.isEmpty() || !write(unwritten)) {
                return;
            }
            batches++;
            unwritten = List.of();
            trim();
        }
    }

    /** @return whether to go on with the next batch */
    private boolean write(List<AuditEntry> batch) {
        try {
            // Refused means that an attempt of which no answer came has gone through.
            var _ = store.compareAndSet(key(batch.getFirst()), Versioned.ABSENT, new AuditBatch(batch), null);
            return true;
        } catch (StoreUnavailableException | UncheckedIOException e) {
            LOG.debugf("audit not written yet entries=%d why=\"%s\"", batch.size(), e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "audit not written, dropped entries=%d", batch.size());
            synchronized (queue) {
                dropped += batch.size();
            }
            return true;
        }
    }

    private List<AuditEntry> take() {
        List<AuditEntry> batch = new ArrayList<>();
        synchronized (queue) {
            while (batch.size() < MAX_BATCH && !queue.isEmpty()) {
                batch.add(queue.removeFirst());
            }
        }
        return batch;
    }

    private String key(AuditEntry first) {
        return String.format(Locale.ROOT, "%013d-%s-%d", first.at().toEpochMilli(), writer, batches);
    }

    private void trim() {
        List<Entry<String, AuditBatch>> oldestFirst = all();
        int count = 0;
        long bytes = 0;
        int from = oldestFirst.size();
        while (from > 0) {
            AuditBatch batch = oldestFirst.get(from - 1).stored().value();
            count += batch.entries().size();
            bytes += batch.size();
            if (count > limits.kept() || bytes > limits.bytes()) {
                break;
            }
            from--;
        }
        try {
            oldestFirst
                    .subList(0, from)
                    .forEach(entry -> store.remove(entry.key(), entry.stored().version()));
        } catch (StoreUnavailableException | UncheckedIOException e) {
            // The entries themselves are kept; the next ones trim again.
            LOG.debugf("oldest audit entries not removed why=\"%s\"", e.getMessage());
        }
    }

    private List<Entry<String, AuditBatch>> all() {
        return store.list(null, Math.max(1, store.size()));
    }

    /** What is stored, oldest first. */
    Stream<Found> entries() {
        List<Found> found = new ArrayList<>();
        for (Entry<String, AuditBatch> batch : all()) {
            List<AuditEntry> entries = batch.stored().value().entries();
            IntStream.range(0, entries.size())
                    .forEach(n -> found.add(
                            new Found(String.format(Locale.ROOT, "%s.%03d", batch.key(), n), entries.get(n))));
        }
        return found.stream();
    }

    long dropped() {
        synchronized (queue) {
            return dropped;
        }
    }
}
