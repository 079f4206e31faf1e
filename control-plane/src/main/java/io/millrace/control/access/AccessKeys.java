package io.millrace.control.access;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.StreamAccess;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The secrets that sign URLs, by name. */
public final class AccessKeys {

    /** So that a script that makes one for each stream is noticed. */
    public static final int MAX_KEYS = 500;

    private static final int SECRET_BYTES = 32;

    private final KeyedStore<String, StoredKey> store;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param clock the time of day, to be shown */
    public AccessKeys(KeyedStore<String, StoredKey> store, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    /**
     * @param secret null for one that is made at random
     * @throws ConflictException if there is one of that name, or as many as may be
     */
    public StoredKey make(String name, @Nullable String secret, String createdBy) {
        if (store.size() >= MAX_KEYS) {
            throw new ConflictException("there are " + MAX_KEYS + " keys; remove what no rule names any more");
        }
        StoredKey made = new StoredKey(name, secret == null ? newSecret() : secret, clock.instant(), createdBy);
        if (!store.compareAndSet(name, Versioned.ABSENT, made, null).written()) {
            throw new ConflictException(
                    "there is a key " + name + " already; make one of another name, and let the rules name both"
                            + " until the URLs of the old one have expired");
        }
        return made;
    }

    /** Ordered by name. */
    public List<StoredKey> all() {
        return store.list(null, MAX_KEYS).stream()
                .map(entry -> entry.stored().value())
                .toList();
    }

    /** Asks the store for what is not known here: it may have been made at another control plane just now. */
    public Optional<StoredKey> find(String name) {
        return store.find(name).or(() -> store.ask(name)).map(Versioned::value);
    }

    /** As far as is known here, which is right but for the last moment. */
    public boolean knows(String name) {
        return store.find(name).isPresent();
    }

    public boolean has(String name) {
        return find(name).isPresent();
    }

    /** @return what is removed; empty if there is no such key */
    public Optional<StoredKey> remove(String name) {
        while (true) {
            Optional<Versioned<StoredKey>> stored = store.ask(name);
            if (stored.isEmpty() || store.remove(name, stored.get().version())) {
                return stored.map(Versioned::value);
            }
        }
    }

    /** What workers need: the rules, and the keys that they name. */
    public StreamAccess access(List<AccessRule> rules) {
        return new StreamAccess(
                rules,
                rules.stream()
                        .flatMap(rule -> namedBy(rule).stream())
                        .distinct()
                        .sorted()
                        .flatMap(name -> store.find(name).stream())
                        .map(stored -> stored.value().key())
                        .toList());
    }

    /** The names of the keys that a rule wants. */
    public static Set<String> namedBy(AccessRule rule) {
        Set<String> names = new TreeSet<>();
        Stream.of(rule.publish(), rule.play()).forEach(check -> {
            if (check instanceof AccessCheck.Signed signed) {
                names.addAll(signed.keys());
            }
        });
        return names;
    }

    /** Calls back after every change, on the changing thread or one of the store. */
    public void onChange(Runnable listener) {
        var _ = store.subscribe(change -> listener.run());
    }

    private String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
