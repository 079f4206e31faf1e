package io.millrace.control.routing;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.bans.BanList;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.routing.TableHistory.Published;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Origin;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.TableAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Builds the routing table anew when something changed, publishes it if it is consistent and different, and wakes the workers
 * that wait for it. Published means: written into the store, so that all control planes that share it hand out the same tables under
 * the same versions. Until the rebuild window ends nothing is published, because the registry may not know all origins yet.
 */
public final class TablePublisher {

    public static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    static final int KEPT_VERSIONS = 64;

    private static final Logger LOG = Logger.getLogger(TablePublisher.class);

    /** Changes often come in groups (a heartbeat round, a bulk edit); short beside the 100 ms in which a failure must be known. */
    private static final Duration COALESCE = Duration.ofMillis(20);

    /** So that a change that all control planes see is published by one. Should that one be dead, this is what it costs. */
    private static final Duration HEAD_START = Duration.ofMillis(150);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Where the published table stands, for all control planes that share the store. */
    private static final String KEY = "current";

    private final KeyedStore<String, RoutingTable> store;
    private final BooleanSupplier isFirst;
    private final Origins origins;
    private final ConfigRepository config;
    private final BanList bans;
    private final AccessKeys keys;
    private final RebuildWindow window;
    private final EventLog events;
    private final SteadyClock clock;
    private final ScheduledExecutorService timer;
    private final String epoch;
    private final AtomicBoolean rebuildPending = new AtomicBoolean();

    private final TableHistory history = new TableHistory(KEPT_VERSIONS);
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private @Nullable TableRejection rejection;
    private long rejections;

    /** Under which version of the store the newest table stands. */
    private long adopted = Versioned.ABSENT;

    /**
     * @param store the published table of all control planes
     * @param isFirst whether this one publishes at once; the others leave it a head start
     * @param timer one thread: tables are built and waiters woken on it
     * @param epoch of the first table, if there is none yet
     */
    TablePublisher(
            KeyedStore<String, RoutingTable> store,
            BooleanSupplier isFirst,
            Origins origins,
            ConfigRepository config,
            BanList bans,
            AccessKeys keys,
            RebuildWindow window,
            EventLog events,
            SteadyClock clock,
            ScheduledExecutorService timer,
            String epoch) {
        this.store = store;
        this.isFirst = isFirst;
        this.origins = origins;
        this.config = config;
        this.bans = bans;
        this.keys = keys;
        this.window = window;
        this.events = events;
        this.clock = clock;
        this.timer = timer;
        this.epoch = epoch;
    }

    /** A worker that has the newest table and waits for the next. */
    private record Waiter(@Nullable TableVersion have, CompletableFuture<Optional<TableAnswer>> answer) {

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    void start() {
        var _ = store.subscribe(change -> {
            if (change.current() != null) {
                adopt(change.current());
            }
        });
        store.find(KEY).ifPresent(this::adopt);
        origins.onChange(this::changed);
        config.onChange(this::changed);
        bans.onChange(this::changed);
        keys.onChange(this::changed);
        changed();
    }

    private void changed() {
        Duration untilWindowEnds = window.remaining();
        Duration delay = isFirst.getAsBoolean() ? COALESCE : COALESCE.plus(HEAD_START);
        rebuildIn(untilWindowEnds.compareTo(delay) > 0 ? untilWindowEnds : delay);
    }

    private void rebuildIn(Duration delay) {
        if (rebuildPending.compareAndSet(false, true)) {
            var _ = timer.schedule(this::rebuildOrRetry, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void rebuildOrRetry() {
        rebuildPending.set(false);
        try {
            if (window.isOpen()) {
                changed();
            } else {
                rebuild();
            }
        } catch (StoreUnavailableException away) {
            LOG.debugf("routing table not published why=\"%s\"", away.getMessage());
            rebuildIn(RETRY);
        } catch (RuntimeException unreadable) {
            LOG.warnf("routing table not rebuilt retryIn=%s why=\"%s\"", RETRY, unreadable);
            rebuildIn(RETRY);
        }
    }

    /** Publishes what is known now, if it is consistent and different from what is published. */
    void rebuild() {
        if (window.isOpen()) {
            return;
        }
        Versioned<RoutingTable> stored = store.find(KEY).orElse(null);
        RoutingTable before = stored == null ? current().orElse(null) : stored.value();
        RoutingTable content = gather(before == null ? new TableVersion(epoch, 0) : before.version());
        List<String> inconsistencies = content.equals(before) ? List.of() : content.inconsistencies();
        if (!inconsistencies.isEmpty()) {
            reject(inconsistencies);
            return;
        }
        accepted();
        if (stored != null && content.equals(stored.value())) {
            adopt(stored);
            return;
        }
        Outcome<RoutingTable> outcome = store.compareAndSet(
                KEY,
                stored == null ? Versioned.ABSENT : stored.version(),
                content.withVersion(content.version().next()),
                null);
        if (outcome.current() != null) {
            adopt(outcome.current());
        }
        if (!outcome.written()) {
            // Another control plane was faster; most often with the same table.
            rebuildIn(COALESCE);
        }
    }

    /** Hands out a table that is in the store, whichever control plane built it. */
    private void adopt(Versioned<RoutingTable> stored) {
        Map<Waiter, TableAnswer> woken;
        synchronized (this) {
            if (stored.version() <= adopted) {
                return;
            }
            adopted = stored.version();
            woken = publish(stored.value());
        }
        woken.forEach((waiter, answer) -> waiter.answer().complete(Optional.of(answer)));
    }

    private RoutingTable gather(TableVersion version) {
        ClusterConfig document = config.current();
        List<Origin> ordered =
                origins.all().stream().sorted(Comparator.comparing(Origin::id)).toList();
        return new RoutingTable(version, ordered, document.vhosts(), document.rules(), document.settings())
                .withBans(bans.inForce())
                .withAccess(keys.access(document.accessRules()));
    }

    private synchronized void accepted() {
        rejection = null;
    }

    private void reject(List<String> inconsistencies) {
        if (isRejected(inconsistencies)) {
            return;
        }
        // The event log writes the log line.
        events.record(
                EventKind.TABLE_REJECTED,
                "control-plane",
                "system",
                "the table is not published, workers keep the last good one: " + String.join("; ", inconsistencies));
    }

    /** Notes it the first time. */
    private synchronized boolean isRejected(List<String> inconsistencies) {
        if (rejection != null && rejection.inconsistencies().equals(inconsistencies)) {
            return true;
        }
        rejection = new TableRejection(inconsistencies, clock.shown(clock.instant()));
        rejections++;
        return false;
    }

    private Map<Waiter, TableAnswer> publish(RoutingTable table) {
        Published latest = new Published(table, clock.instant());
        history.add(latest);
        Map<Optional<TableVersion>, TableAnswer> byVersion = new HashMap<>();
        Map<Waiter, TableAnswer> woken = new HashMap<>();
        for (Waiter waiter : waiters) {
            woken.put(
                    waiter,
                    byVersion.computeIfAbsent(
                            Optional.ofNullable(waiter.have()), have -> history.answer(latest, have.orElse(null))));
        }
        waiters.clear();
        LOG.debugf(
                "routing table %s origins=%d woken=%d",
                table.version(), table.origins().size(), woken.size());
        return woken;
    }

    /**
     * The newest table for a worker; waits for a newer one than the worker has.
     *
     * @param have null when the worker has none
     * @param wait at most {@link #LONGEST_WAIT} counts
     * @return empty when there was nothing new in that time
     */
    public CompletionStage<Optional<TableAnswer>> newerThan(@Nullable TableVersion have, Duration wait) {
        Waiter waiter;
        synchronized (this) {
            Published latest = history.latest();
            if (latest != null && !latest.table().version().equals(have)) {
                return CompletableFuture.completedFuture(Optional.of(history.answer(latest, have)));
            }
            if (!wait.isPositive()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            waiter = new Waiter(have, new CompletableFuture<>());
            waiters.add(waiter);
        }
        long millis = Math.min(wait.toMillis(), LONGEST_WAIT.toMillis());
        var timeout = timer.schedule(() -> giveUp(waiter), millis, TimeUnit.MILLISECONDS);
        return waiter.answer().whenComplete((answer, failure) -> timeout.cancel(false));
    }

    private void giveUp(Waiter waiter) {
        synchronized (this) {
            waiters.remove(waiter);
        }
        waiter.answer().complete(Optional.empty());
    }

    /** Answers every request that waits, for the shutdown. */
    void stop() {
        List<Waiter> left;
        synchronized (this) {
            left = new ArrayList<>(waiters);
            waiters.clear();
        }
        left.forEach(waiter -> waiter.answer().complete(Optional.empty()));
    }

    public synchronized Optional<RoutingTable> current() {
        return Optional.ofNullable(history.latest()).map(Published::table);
    }

    public synchronized Optional<Instant> publishedAt() {
        return Optional.ofNullable(history.latest()).map(Published::at).map(clock::shown);
    }

    /** The table that is not published because it is inconsistent, as long as that lasts. */
    public synchronized Optional<TableRejection> rejection() {
        return Optional.ofNullable(rejection);
    }

    public synchronized long rejections() {
        return rejections;
    }

    public synchronized int waiting() {
        return waiters.size();
    }

    public synchronized TableLag lag(@Nullable TableVersion applied) {
        return history.lag(applied, clock.instant());
    }
}
