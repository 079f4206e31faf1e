package io.millrace.control.streams.origins;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.live.OriginWord;
import io.millrace.control.streams.origins.WordBatch.Said;
import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/**
 * Tells other control planes what origins called back about, and hears what they were told. Words are gathered and written in
 * batches, as origins may speak by the thousand. What cannot be written is dropped: the next list of the origin makes up for it. Any
 * thread; {@link #flush} by one at a time.
 */
final class WordExchange {

    /** For a control plane that starts, or that has not heard from the store for a moment. */
    static final Duration LIVES = Duration.ofSeconds(30);

    static final int MAX_QUEUED = 20_000;
    static final int MAX_BATCH = 500;

    private static final Logger LOG = Logger.getLogger(WordExchange.class);
    private static final int PAGE = 1_000;

    private final KeyedStore<String, WordBatch> store;
    private final String writer;
    private final SteadyClock clock;
    private final BiConsumer<OriginWord, Duration> hearer;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final LongAdder shared = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder heard = new LongAdder();
    private long batches;

    /** @param at when it was said */
    private record Waiting(OriginWord word, Instant at) {}

    /**
     * @param writer names this run of this control plane, as no other is named
     * @param hearer gets what was said, and how long ago
     */
    WordExchange(
            KeyedStore<String, WordBatch> store,
            String writer,
            SteadyClock clock,
            BiConsumer<OriginWord, Duration> hearer) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.hearer = hearer;
    }

    void start() {
        var _ = store.subscribe(this::changed);
        // What is heard twice, here and by the subscription, makes no difference.
        List<Versioned<WordBatch>> before = new ArrayList<>();
        List<Entry<String, WordBatch>> page = store.list(null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(entry -> before.add(entry.stored()));
            page = store.list(page.getLast().key(), PAGE);
        }
        before.sort(Comparator.comparingLong(Versioned::version));
        before.forEach(batch -> batch.value().words().forEach(this::hear));
    }

    /** Never waits. */
    void say(OriginWord word, Instant at) {
        synchronized (queue) {
            if (queue.size() < MAX_QUEUED) {
                queue.add(new Waiting(word, at));
                return;
            }
        }
        dropped.increment();
    }

    /** Writes what has gathered; may wait for the store. */
    void flush() {
        for (List<Said> batch = take(MAX_BATCH); !batch.isEmpty(); batch = take(MAX_BATCH)) {
            try {
                String key = writer + "-" + batches++;
                var _ = store.compareAndSet(key, Versioned.ABSENT, new WordBatch(writer, batch), LIVES);
                shared.add(batch.size());
            } catch (StoreUnavailableException e) {
                int lost = batch.size() + take(MAX_QUEUED).size();
                dropped.add(lost);
                LOG.debugf("words of origins stay here count=%d why=%s", lost, e.getMessage());
            }
        }
    }

    private List<Said> take(int max) {
        List<Said> batch = new ArrayList<>();
        Instant now = clock.instant();
        synchronized (queue) {
            while (batch.size() < max && !queue.isEmpty()) {
                Waiting next = queue.remove();
                batch.add(new Said(next.word, Duration.between(next.at, now).toMillis()));
            }
        }
        return batch;
    }

    private void changed(Change<String, WordBatch> change) {
        Versioned<WordBatch> current = change.current();
        if (current != null && !current.value().writer().equals(writer)) {
            current.value().words().forEach(this::hear);
        }
    }

    private void hear(Said said) {
        heard.increment();
        hearer.accept(said.word(), Duration.ofMillis(Math.max(0, said.agoMillis())));
    }

    long shared() {
        return shared.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    long heard() {
        return heard.sum();
    }
}
