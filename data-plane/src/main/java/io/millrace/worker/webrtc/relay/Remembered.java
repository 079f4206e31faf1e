package io.millrace.worker.webrtc.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is known about ufrags for a while: at most so many, for so long each; the oldest go first. Any thread. */
final class Remembered<V> {

    private final int capacity;
    private final Duration lifetime;
    private final InstantSource clock;
    private final Map<String, Entry<V>> entries = new LinkedHashMap<>();

    Remembered(int capacity, Duration lifetime, InstantSource clock) {
        this.capacity = capacity;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    private record Entry<V>(V value, Instant until) {}

    synchronized void put(String ufrag, V value) {
        Instant now = clock.instant();
        // At the end again, so that the order stays that of expiry.
        entries.remove(ufrag);
        forgetExpired(now);
        if (entries.size() >= capacity) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(ufrag, new Entry<>(value, now.plus(lifetime)));
    }

    synchronized Optional<V> get(String ufrag) {
        Entry<V> entry = entries.get(ufrag);
        return entry != null && clock.instant().isBefore(entry.until()) ? Optional.of(entry.value()) : Optional.empty();
    }

    synchronized void remove(String ufrag) {
        entries.remove(ufrag);
    }

    /** How many are held, expired ones that were not yet cleared away among them. */
    synchronized int size() {
        return entries.size();
    }

    private void forgetExpired(Instant now) {
        Iterator<Entry<V>> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext() && !now.isBefore(oldestFirst.next().until())) {
            oldestFirst.remove();
        }
    }
}
