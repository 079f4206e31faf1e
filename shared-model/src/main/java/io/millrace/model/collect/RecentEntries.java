package io.millrace.model.collect;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;

/** What was put in lately, in order of time; the oldest entries are evicted above a bound. Any thread. */
public final class RecentEntries<K, V> {

    private final int max;
    private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>();

    private record Entry<V>(V value, Instant since) {}

    public RecentEntries(int max) {
        this.max = max;
    }

    public synchronized void put(K key, V value, Instant now) {
        entries.remove(key);
        entries.put(key, new Entry<>(value, now));
        if (entries.size() > max) {
            Iterator<Entry<V>> oldest = entries.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** @param after what was put in at that time or before is forgotten */
    public synchronized Optional<V> find(K key, Instant after) {
        forgetUntil(after);
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** How many are left when those are forgotten. */
    public synchronized int size(Instant after) {
        forgetUntil(after);
        return entries.size();
    }

    private void forgetUntil(Instant after) {
        for (Iterator<Entry<V>> all = entries.values().iterator(); all.hasNext(); ) {
            if (all.next().since().isAfter(after)) {
                return;
            }
            all.remove();
        }
    }
}
