package io.millrace.control.bans;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.Versioned;
import io.millrace.model.access.Ban;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The bans that are in force, by id. */
public final class BanList {

    /** Each is in the table of every worker, and in the store once more with every version of it. */
    public static final int MAX_BANS = 5_000;

    private static final int ID_BYTES = 6;
    private static final int ATTEMPTS = 5;

    private final KeyedStore<String, BanEntry> store;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param clock the time of day, to be shown */
    public BanList(KeyedStore<String, BanEntry> store, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    /** @param isNew false if what is banned was banned already; then reason and end are the new ones */
    public record Added(BanEntry entry, boolean isNew) {}

    /**
     * Bans; once this returns all control planes know it, and workers within a second.
     *
     * @param wanted its id does not matter
     * @param duration null for good
     * @throws ConflictException if there are as many as may be
     */
    public Added add(Ban wanted, String reason, String madeBy, @Nullable Duration duration) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Versioned<BanEntry> same = store.list(null, MAX_BANS).stream()
                    .map(KeyedStore.Entry::stored)
                    .filter(stored -> withId(stored.value().ban(), "").equals(withId(wanted, "")))
                    .findFirst()
                    .orElse(null);
            if (same == null && store.size() >= MAX_BANS) {
                throw new ConflictException("there are " + MAX_BANS
                        + " bans, which is the most; lift some, or ban a network in place of its addresses");
            }
            Instant now = clock.instant();
            Ban ban = withId(wanted, same == null ? newId() : same.value().ban().id());
            BanEntry entry = new BanEntry(ban, reason, madeBy, now, duration == null ? null : now.plus(duration));
            Outcome<BanEntry> outcome =
                    store.compareAndSet(ban.id(), same == null ? Versioned.ABSENT : same.version(), entry, duration);
            if (outcome.written()) {
                return new Added(entry, same == null);
            }
        }
        throw new ConflictException("the ban is being changed by others; try again");
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "b-" + HexFormat.of().formatHex(bytes);
    }

    private static Ban withId(Ban ban, String id) {
        return new Ban(id, ban.network(), ban.vhost(), ban.app(), ban.stream(), ban.subject(), ban.intent());
    }

    /** @return what is lifted; empty if there is no such ban */
    public Optional<BanEntry> lift(String id) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Versioned<BanEntry>> stored = i == 0 ? store.find(id) : store.ask(id);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            if (store.remove(id, stored.get().version())) {
                return Optional.of(stored.get().value());
            }
        }
        throw new ConflictException("ban " + id + " is being changed by others; try again");
    }

    public Optional<BanEntry> find(String id) {
        return store.find(id).map(Versioned::value);
    }

    /** All of them, by id. */
    public List<BanEntry> all() {
        return store.list(null, Integer.MAX_VALUE).stream()
                .map(entry -> entry.stored().value())
                .toList();
    }

    /** What workers need of them, by id. */
    public List<Ban> inForce() {
        return all().stream().map(BanEntry::ban).toList();
    }

    /** Calls back after every change, expiry included, on the changing thread or one of the store. */
    public void onChange(Runnable listener) {
        var _ = store.subscribe(change -> listener.run());
    }
}
