package io.millrace.control.store;

import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * Shares what happens on one control plane with the others: items are queued, written in batches that expire, and received elsewhere. Any
 * thread; {@link #flush} by one at a time.
 *
 * @param <T> an item
 * @param <B> a batch, as it is stored
 */
public final class BatchExchange<T, B> {

    private static final Logger LOG = Logger.getLogger(BatchExchange.class);
    private static final int PAGE = 1_000;
    private static final int MAX_REMEMBERED = 10_000;

    private final KeyedStore<String, B> store;
    private final String prefix;
    private final Limits limits;
    private final Function<List<T>, B> pack;
    private final ToIntFunction<List<B>> receiver;
    private final ArrayDeque<T> queue = new ArrayDeque<>();
    private final LinkedHashSet<String> seen = new LinkedHashSet<>();
    private final LongAdder shared = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder received = new LongAdder();

    /** Of the batch that is written next, so that it is written once however often that is tried. */
    private long batches;

    /** Taken from the queue and not written yet. Only {@link #flush} uses it. */
    private List<T> unwritten = List.of();

    /** What becomes of items while the store is unavailable. */
    public enum WhenUnavailable {
        KEEP,
        DROP
    }

    /** @param timeToLive of a batch, for control planes that start or that could not reach the store for a moment */
    public record Limits(int maxQueued, int maxBatch, Duration timeToLive, WhenUnavailable whenUnavailable) {}

    /**
     * @param writer names this run of this control plane, as no other is named
     * @param receiver gets the batches of others, those from before the start all at once, in the order in which they were written; returns
     *     how many items there were
     */
    public BatchExchange(
            KeyedStore<String, B> store,
            String writer,
            Limits limits,
            Function<List<T>, B> pack,
            ToIntFunction<List<B>> receiver) {
        this.store = store;
        this.prefix = writer + "-";
        this.limits = limits;
        this.pack = pack;
        this.receiver = receiver;
    }

    public void start() {
        var _ = store.subscribe(this::changed);
        List<Versioned<B>> before = new ArrayList<>();
        for (List<Entry<String, B>> page = store.list(null, PAGE);
                !page.isEmpty();
                page = store.list(page.getLast().key(), PAGE)) {
            page.stream().filter(entry -> isNew(entry.key())).forEach(entry -> before.add(entry.stored()));
        }
        before.sort(Comparator.comparingLong(Versioned::version));
        receive(before.stream().map(Versioned::value).toList());
    }

    /** Never waits. */
    public void send(T item) {
        synchronized (queue) {
            if (queue.size() < limits.maxQueued()) {
                queue.add(item);
                return;
            }
        }
        dropped.increment();
    }

    /** Writes what is queued; may wait for the store. */
    public void flush() {
        while (true) {
            if (unwritten.isEmpty()) {
                unwritten = take(limits.maxBatch());
            }
            if (unwritten.isEmpty() || !write(unwritten)) {
                return;
            }
            unwritten = List.of();
        }
    }

    private List<T> take(int max) {
        List<T> batch = new ArrayList<>();
        synchronized (queue) {
            while (batch.size() < max && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
        }
        return batch;
    }

    /** @return whether to go on */
    private boolean write(List<T> batch) {
        try {
            // Refused means that an attempt of which no answer came has gone through.
            var _ = store.compareAndSet(key(), Versioned.ABSENT, pack.apply(batch), limits.timeToLive());
            batches++;
            shared.add(batch.size());
            return true;
        } catch (StoreUnavailableException e) {
            if (limits.whenUnavailable() == WhenUnavailable.DROP) {
                int lost = batch.size() + take(Integer.MAX_VALUE).size();
                unwritten = List.of();
                dropped.add(lost);
                LOG.debugf("not shared, dropped items=%d why=\"%s\"", lost, e.getMessage());
            }
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(e, "not shared, dropped items=%d", batch.size());
            batches++;
            dropped.add(batch.size());
            return true;
        }
    }

    private String key() {
        return prefix + String.format(Locale.ROOT, "%012d", batches);
    }

    private void changed(Change<String, B> change) {
        Versioned<B> current = change.current();
        if (current != null && isNew(change.key())) {
            receive(List.of(current.value()));
        }
    }

    private void receive(List<B> batches) {
        received.add(receiver.applyAsInt(batches));
    }

    /** Whether another control plane wrote it and it was not received yet: a store that is filled again notifies of old entries too. */
    private boolean isNew(String key) {
        if (key.startsWith(prefix)) {
            return false;
        }
        synchronized (seen) {
            if (!seen.add(key)) {
                return false;
            }
            if (seen.size() > MAX_REMEMBERED) {
                var _ = seen.removeFirst();
            }
            return true;
        }
    }

    public long shared() {
        return shared.sum();
    }

    public long dropped() {
        return dropped.sum();
    }

    public long received() {
        return received.sum();
    }
}
