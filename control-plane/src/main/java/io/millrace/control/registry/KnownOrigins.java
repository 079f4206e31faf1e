package io.millrace.control.registry;

import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Versioned;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The registry's entries in the store, with what this process last saw of them: every request looks at all origins, which must
 * cost neither a lock nor a way to the store. Any thread reads; only the registry, under its lock, changes and refreshes.
 */
final class KnownOrigins {

    private static final int PAGE = 1_000;

    private final KeyedStore<OriginId, KnownOrigin> store;
    private final ConcurrentHashMap<OriginId, KnownOrigin> seen = new ConcurrentHashMap<>();

    /** What the store told of and nobody has looked at yet. */
    private final Set<OriginId> told = ConcurrentHashMap.newKeySet();

    KnownOrigins(KeyedStore<OriginId, KnownOrigin> store) {
        this.store = store;
        var _ = store.subscribe(change -> told.add(change.key()));
        refresh();
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

    /** As it stands in the store, for a change that builds on it. */
    Optional<KnownOrigin> stored(OriginId id) {
        return store.find(id).map(Versioned::value);
    }

    /**
     * Takes in what other control planes on the same store did.
     *
     * @return whether an origin came or went or is described differently
     */
    boolean follow() {
        boolean changed = false;
        for (Iterator<OriginId> ids = told.iterator(); ids.hasNext(); ) {
            OriginId id = ids.next();
            ids.remove();
            KnownOrigin now = stored(id).orElse(null);
            KnownOrigin before = now == null ? seen.remove(id) : seen.put(id, now);
            changed |= !Objects.equals(description(before), description(now));
        }
        return changed;
    }

    private static @Nullable Origin description(@Nullable KnownOrigin known) {
        return known == null ? null : known.described();
    }

    /** Looks at all that is stored. */
    void refresh() {
        Set<OriginId> there = new HashSet<>();
        @Nullable OriginId after = null;
        List<Entry<OriginId, KnownOrigin>> page;
        do {
            page = store.list(after, PAGE);
            for (Entry<OriginId, KnownOrigin> entry : page) {
                after = entry.key();
                there.add(after);
                seen.put(after, entry.stored().value());
            }
        } while (page.size() == PAGE);
        seen.keySet().retainAll(there);
    }

    /**
     * @param before what the change was built on; null when there was nothing
     * @throws LostRace when something else stands in the store by now
     */
    void write(@Nullable KnownOrigin before, KnownOrigin after) {
        Versioned<KnownOrigin> stored = store.find(after.id()).orElse(null);
        boolean asRead = Objects.equals(before, stored == null ? null : stored.value());
        long version = stored == null ? Versioned.ABSENT : stored.version();
        if (!asRead || !store.compareAndSet(after.id(), version, after, null).written()) {
            throw new LostRace();
        }
        seen.put(after.id(), after);
    }

    /** @return what was deleted; empty if it was not there any more */
    Optional<KnownOrigin> delete(OriginId id) {
        Versioned<KnownOrigin> stored = store.find(id).orElse(null);
        if (stored == null || !store.remove(id, stored.version())) {
            return Optional.empty();
        }
        seen.remove(id);
        return Optional.of(stored.value());
    }

    /** An entry is not what it was when it was read. */
    static final class LostRace extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostRace() {
            super("lost a race", null, false, false);
        }
    }
}
