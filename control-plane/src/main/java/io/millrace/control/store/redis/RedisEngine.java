package io.millrace.control.store.redis;

import io.millrace.control.start.CannotStartException;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of one control plane share: the connection, whether it takes writes, and the two threads. Away begins with the first
 * answer that does not come or is an error, and ends when a connection was made over which everything works and every copy is in step.
 */
final class RedisEngine implements AutoCloseable {

    /** Of the data in the server; grows when an older control plane could not work with it. */
    static final int FORMAT = 1;

    private static final Logger LOG = Logger.getLogger(RedisEngine.class);
    private static final long TICK_MILLIS = 250;
    private static final long RETRY_MILLIS = 500;
    private static final int FLUSH_EVERY = 2;
    private static final int WAITING_NOTICES = 200_000;
    private static final Duration FIRST_JOIN = Duration.ofSeconds(5);

    private final Supplier<Redis> clients;
    private final String prefix;
    private final String shown;
    private final Scripts scripts;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RedisMetrics metrics;
    private final List<RedisStore<?, ?>> stores = new CopyOnWriteArrayList<>();
    private final Map<String, RedisStore<?, ?>> byChannel = new ConcurrentHashMap<>();
    private final List<Consumer<StoreStatus>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ScheduledThreadPoolExecutor keeper = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("store-keeper").factory());
    private final ExecutorService teller = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("store-teller").factory());

    private volatile @Nullable Link link;
    private volatile StoreStatus status;
    private volatile boolean subscriptionOver;
    private volatile boolean isNew;
    private volatile boolean closed;

    // Only the keeping thread touches what follows.
    private @Nullable Subscription subscription;
    private int ticks;

    /** @param clients makes a new client, each time */
    RedisEngine(
            Supplier<Redis> clients,
            String shown,
            String prefix,
            Scripts scripts,
            InstantSource clock,
            RandomGenerator random,
            RedisMetrics metrics) {
        this.clients = clients;
        this.shown = shown;
        this.prefix = prefix;
        this.scripts = scripts;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        this.status = new StoreStatus(shown, false, "not connected yet", clock.instant());
        metrics.watchWritable(() -> link != null);
    }

    /** @throws CannotStartException if the data is of a newer format; an unavailable server does not prevent the start */
    void start() {
        try {
            comeBack();
        } catch (AwayException e) {
            status = new StoreStatus(shown, false, e.why(), clock.instant());
            LOG.warnf("store=%s away from the start reason=\"%s\"; starting without it", shown, e.why());
        } catch (NewerFormat e) {
            close();
            throw new CannotStartException(e.why());
        }
        schedule();
    }

    /** Whether there was nothing in the server before this control plane came. */
    boolean isNew() {
        return isNew;
    }

    RedisMetrics metrics() {
        return metrics;
    }

    Scripts scripts() {
        return scripts;
    }

    StoreStatus status() {
        return status;
    }

    void onStatus(Consumer<StoreStatus> listener) {
        listeners.add(listener);
    }

    long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Opens a store; returns when its copy is complete, if the server is there. */
    <K extends Comparable<K>, V> RedisStore<K, V> open(String name, Codec<K, V> codec, FileCopy<K, V> file) {
        RedisStore<K, V> store = new RedisStore<>(this, name, Keys.of(prefix, name), codec, file);
        add(store);
        return store;
    }

    private void add(RedisStore<?, ?> store) {
        byChannel.put(store.keys().channel(), store);
        var joined = keeper.submit(() -> join(store));
        try {
            joined.get(FIRST_JOIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warnf("store=%s %s is still being read", shown, store.keys().channel());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private void join(RedisStore<?, ?> store) {
        stores.add(store);
        Link current = link;
        if (current == null) {
            if (store.size() > 0) {
                LOG.warnf(
                        "store=%s is away; %d entries of %s are those on this disk", shown, store.size(), store.name());
            }
            return;
        }
        try {
            int restored = store.join(current);
            if (restored > 0) {
                LOG.warnf(
                        "store=%s had lost %d entries of %s; they are back from this disk",
                        shown, restored, store.name());
            }
        } catch (AwayException e) {
            away(current, e.why());
        }
    }

    /** @throws StoreUnavailableException if there is no answer, or an error */
    Answer ask(RedisStore<?, ?> store, Script script, List<?> arguments) {
        Link current = link;
        if (current == null) {
            throw unavailable(shown + " is away: " + status.why());
        }
        if (!store.isReady()) {
            throw unavailable(shown + ": this store is still being read");
        }
        long began = System.nanoTime();
        try {
            return current.run(script, store.keys(), arguments);
        } catch (AwayException e) {
            if (!Thread.currentThread().isInterrupted()) {
                away(current, e.why());
            }
            throw unavailable(shown + " is away: " + e.why());
        } finally {
            metrics.answers().record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }

    StoreUnavailableException unavailable(String why) {
        metrics.unavailable();
        return new StoreUnavailableException(why);
    }

    /** Runs something on the telling thread, after what was given before. */
    void tellLater(Runnable work) {
        try {
            waiting.incrementAndGet();
            teller.execute(() -> {
                waiting.decrementAndGet();
                work.run();
            });
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
        }
    }

    /** Runs on the keeping thread what a test wants done there, and waits for it. */
    void onKeeper(KeepingWork work) throws Exception {
        keeper.submit(() -> {
                    Link current = link;
                    if (current != null) {
                        work.on(current);
                    }
                    return true;
                })
                .get(FIRST_JOIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Something to do over the connection. */
    interface KeepingWork {
        void on(Link link) throws Exception;
    }

    private void schedule() {
        long period = link == null ? RETRY_MILLIS : TICK_MILLIS;
        long jittered = period * 4 / 5 + random.nextLong(period * 2 / 5);
        try {
            var _ = keeper.schedule(this::keep, jittered, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void keep() {
        Link current = link;
        try {
            if (current == null) {
                comeBack();
            } else {
                tick(current);
            }
        } catch (AwayException e) {
            if (current == null) {
                stillAway(e.why());
            } else {
                away(current, e.why());
            }
        } catch (NewerFormat e) {
            stillAway(e.why());
        } catch (RuntimeException e) {
            // An exception that leaves this method would end the keeping for good.
            LOG.error("stores not maintained, internal error", e);
        }
        for (RedisStore<?, ?> store : stores) {
            store.keep();
        }
        schedule();
    }

    private void tick(Link current) throws AwayException {
        if (subscriptionOver) {
            subscribe();
            for (RedisStore<?, ?> store : stores) {
                var _ = store.join(current);
            }
            LOG.infof("store=%s subscribed to notices again, all stores read anew", shown);
        }
        boolean quiet = waiting.get() == 0;
        boolean flush = ++ticks % FLUSH_EVERY == 0;
        for (RedisStore<?, ?> store : stores) {
            if (store.tick(current, quiet)) {
                subscriptionOver = true;
            }
            if (flush) {
                store.flush(current, false);
            }
        }
    }

    private void comeBack() throws AwayException, NewerFormat {
        Link[] opened = new Link[1];
        Link fresh = Link.open(clients, why -> {
            Link over = opened[0];
            if (over != null) {
                away(over, why);
            }
        });
        opened[0] = fresh;
        try {
            requireKnownFormat(fresh);
            var _ = fresh.send(Request.cmd(Command.SET)
                    .arg(Keys.probe(prefix))
                    .arg("1")
                    .arg("PX")
                    .arg(10_000));
            subscribe();
            int restored = 0;
            for (RedisStore<?, ?> store : stores) {
                restored += store.join(fresh);
            }
            back(fresh, restored);
        } catch (AwayException | NewerFormat | RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    private void subscribe() throws AwayException {
        Subscription before = subscription;
        if (before != null) {
            before.close();
        }
        subscription = null;
        subscriptionOver = false;
        subscription = Subscription.open(clients, Keys.channels(prefix), this::receive, why -> subscriptionOver = true);
    }

    private void receive(String channel, byte[] message) {
        RedisStore<?, ?> store = byChannel.get(channel);
        // What does not fit is found missing by the next notice or the next tick.
        if (store != null && waiting.get() < WAITING_NOTICES) {
            tellLater(() -> store.heard(message));
        }
    }

    private void requireKnownFormat(Link fresh) throws AwayException, NewerFormat {
        String key = Keys.format(prefix);
        Response created = fresh.send(Request.cmd(Command.SETNX).arg(key).arg(FORMAT));
        isNew |= String.valueOf(created).equals("1");
        Response there = fresh.send(Request.cmd(Command.GET).arg(key));
        String text = String.valueOf(there);
        if (!text.equals(Integer.toString(FORMAT))) {
            throw new NewerFormat(
                    shown + " holds data of format " + text + " (key " + key + "); this version understands " + FORMAT
                            + ": run the version that wrote it, or choose another MILLRACE_REDIS_PREFIX");
        }
    }

    private synchronized void away(Link failed, String why) {
        if (link != failed || closed) {
            return;
        }
        link = null;
        failed.close();
        LOG.warnf("store=%s away reason=\"%s\"; writes are refused until it is back", shown, why);
        change(new StoreStatus(shown, false, why, clock.instant()));
    }

    private synchronized void stillAway(String why) {
        if (link == null && !why.equals(status.why())) {
            change(new StoreStatus(shown, false, why, status.since()));
        }
    }

    private synchronized void back(Link fresh, int restored) {
        Instant now = clock.instant();
        LOG.infof(
                "store=%s writable after=%s entries-put-back=%d",
                shown, Duration.between(status.since(), now), restored);
        link = fresh;
        change(new StoreStatus(shown, true, "", now));
    }

    private void change(StoreStatus next) {
        status = next;
        for (Consumer<StoreStatus> listener : listeners) {
            tellLater(() -> tell(listener, next));
        }
    }

    private static void tell(Consumer<StoreStatus> listener, StoreStatus next) {
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            LOG.error("listener failed on the status of the stores, internal error", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        // What it is at may be the writing of a file, which an interrupt would spoil; two must not be at that either.
        keeper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        keeper.shutdown();
        teller.shutdownNow();
        try {
            if (!keeper.awaitTermination(2, TimeUnit.SECONDS)) {
                keeper.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Link current = link;
        link = null;
        if (current != null) {
            current.close();
        }
        if (subscription != null) {
            subscription.close();
        }
        stores.forEach(RedisStore::close);
    }

    /** The data in the server was written by a version that is newer than this one. */
    private static final class NewerFormat extends Exception {
        private static final long serialVersionUID = 1L;

        NewerFormat(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }
}
