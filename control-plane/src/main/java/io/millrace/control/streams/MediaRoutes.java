package io.millrace.control.streams;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.model.wire.MediaRoute;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the packets of sessions go that do not name their stream, for workers that did not see the session begin. An entry lives as
 * long as a worker says again and again that it carries the session.
 */
public final class MediaRoutes {

    /** Thrice what workers take between two times. */
    public static final Duration KEPT = Duration.ofMinutes(30);

    /**
     * The same for what was put once: a session whose media comes is put again soon, and any client can negotiate sessions without media. Also
     * for players of streams without a publisher.
     */
    static final Duration KEPT_UNPROVEN = Duration.ofMinutes(2);

    /** Far above what workers of one cluster carry; a bound for those that never say that a session is over. */
    public static final int MAX = 1_000_000;

    private final KeyedStore<String, MediaRoute> store;

    public MediaRoutes(KeyedStore<String, MediaRoute> store) {
        this.store = store;
    }

    public Optional<MediaRoute> find(String key) {
        // Another control plane may have written it a moment ago, and a worker that does not find it drops packets.
        return store.find(key).or(() -> store.ask(key)).map(Versioned::value);
    }

    /** @return false when there is no room */
    public boolean put(MediaRoute route) {
        long expected = store.find(route.key()).map(Versioned::version).orElse(Versioned.ABSENT);
        if (expected == Versioned.ABSENT && store.size() >= MAX) {
            return false;
        }
        while (true) {
            boolean unproven = expected == Versioned.ABSENT || route.waits();
            var outcome = store.compareAndSet(route.key(), expected, route, unproven ? KEPT_UNPROVEN : KEPT);
            if (outcome.written()) {
                return true;
            }
            Versioned<MediaRoute> other = outcome.current();
            expected = other == null ? Versioned.ABSENT : other.version();
        }
    }

    /** Does nothing when it is not there. */
    public void remove(String key) {
        Optional<Versioned<MediaRoute>> there = store.find(key);
        while (there.isPresent() && !store.remove(key, there.get().version())) {
            there = store.find(key);
        }
    }

    public int size() {
        return store.size();
    }
}
