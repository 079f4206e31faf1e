package io.millrace.control.registry;

import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Versioned;
import io.millrace.model.OriginId;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The registry's entries in the store, with what this process last saw of them: every request looks at all origins, which must
 * cost neither a lock nor a way to the store. Any thread.
 */
final class KnownOrigins {

    private static final int PAGE = 1_000;

    private final KeyedStore<OriginId, KnownOrigin> store;
    private final ConcurrentHashMap<OriginId, KnownOrigin> seen = new ConcurrentHashMap<>();

    /** What the store notified of and was not read yet. */
    private final Set<OriginId> notified = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean news = new AtomicBoolean(true);

    KnownOrigins(KeyedStore<OriginId, KnownOrigin> store) {
        this.store = store;
        var _ = store.subscribe(change -> notified.add(change.key()));
        readAll();
    }

    Optional<KnownOrigin> seen(OriginId id) {
        return Optional.ofNullable(seen.get(id));
    }

    /** All that were seen, ordered by id. */
    List<KnownOrigin> allSeen() {
        return seen.values().stream()
                .sorted(Comparator.comparing(KnownOrigin::id))
                .toList();
    }

    /** As it stands in the store as far as is known here, for a change that builds on it. */
    Optional<Versioned<KnownOrigin>> stored(OriginId id) {
        return store.find(id);
    }

    /** Takes in what other control planes on the same store did. */
    void follow() {
        for (Iterator<OriginId> ids = notified.iterator(); ids.hasNext(); ) {
            OriginId id = ids.next();
            ids.remove();
            see(id);
        }
    }

    /** Whether an origin came or left or looks different to others since this was asked before. */
    boolean takeNews() {
        return news.getAndSet(false);
    }

    private void readAll() {
        @Nullable OriginId after = null;
        List<Entry<OriginId, KnownOrigin>> page;
        do {
            page = store.list(after, PAGE);
            for (Entry<OriginId, KnownOrigin> entry : page) {
                after = entry.key();
                seen.put(after, entry.stored().value());
            }
        } while (page.size() == PAGE);
    }

    /** @return false when another writer was faster */
    boolean write(@Nullable Versioned<KnownOrigin> before, KnownOrigin after) {
        long version = before == null ? Versioned.ABSENT : before.version();
        boolean written = store.compareAndSet(after.id(), version, after, null).written();
        see(after.id());
        return written;
    }

    /** @return false when another writer was faster */
    boolean delete(OriginId id, long version) {
        boolean deleted = store.remove(id, version);
        see(id);
        return deleted;
    }

    /** Takes over what is stored. Two threads may do so at once: whichever is last has seen both changes. */
    private void see(OriginId id) {
        AtomicBoolean different = new AtomicBoolean();
        seen.compute(id, (key, before) -> {
            KnownOrigin now = store.find(key).map(Versioned::value).orElse(null);
            different.set(looksDifferent(before, now));
            return now;
        });
        // After the entry is there: whoever takes the news looks at the entries next.
        if (different.get()) {
            news.set(true);
        }
    }

    private static boolean looksDifferent(@Nullable KnownOrigin before, @Nullable KnownOrigin now) {
        if (before == null || now == null) {
            return (before == null) != (now == null);
        }
        return !before.described().equals(now.described())
                || before.unreachable() != now.unreachable()
                || before.standing().kept() != now.standing().kept();
    }
}
