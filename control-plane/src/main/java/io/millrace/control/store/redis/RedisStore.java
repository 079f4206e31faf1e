package io.millrace.control.store.redis;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.control.store.redis.Copy.Held;
import io.millrace.control.store.redis.Copy.Touch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One store: what callers do, from any thread, and what the keeping thread of {@link RedisEngine} does to it. */
final class RedisStore<K extends Comparable<K>, V> implements KeyedStore<K, V> {

    private static final Logger LOG = Logger.getLogger(RedisStore.class);
    private static final int PAGE = 200;
    private static final int BATCH = 500;
    private static final int EXPIRED_AT_ONCE = 200;
    private static final int EXPIRY_ROUNDS = 50;

    private final RedisEngine engine;
    private final String name;
    private final Keys keys;
    private final Codec<K, V> codec;
    private final Copy<K, V> copy;
    private final FileCopy<K, V> file;
    private final String tombstoneMillis;
    private final AtomicLong floor = new AtomicLong();
    private volatile boolean ready;
    private volatile String keptSince = "";

    // Only the keeping thread touches what follows.
    private String history;
    private long newestAtLastTick;
    private boolean lagged;

    RedisStore(RedisEngine engine, String name, Keys keys, Codec<K, V> codec, FileCopy<K, V> file) {
        this.engine = engine;
        this.name = name;
        this.keys = keys;
        this.codec = codec;
        this.file = file;
        this.copy = new Copy<>();
        this.history = file.load(copy);
        this.tombstoneMillis = Long.toString(file.tombstones().toMillis());
        file.follow(copy);
        engine.metrics().watchEntries(name, copy::size);
    }

    @Override
    public Optional<Versioned<V>> find(K key) {
        return copy.find(key);
    }

    @Override
    public Optional<Versioned<V>> ask(K key) {
        int inHistory = copy.history();
        Answer answer = engine.ask(this, engine.scripts().ask(), List.of(codec.bytes(key)));
        Held<V> held = held(key, answer);
        learn(key, held, answer, inHistory);
        return Optional.ofNullable(held).map(Held::stored);
    }

    @Override
    public Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive) {
        long millis = timeToLive == null ? 0 : Copy.millis(timeToLive);
        int inHistory = copy.history();
        Answer answer = engine.ask(
                this,
                engine.scripts().write(),
                List.of(
                        codec.bytes(key),
                        Long.toString(expected),
                        Long.toString(millis),
                        codec.bytes(next),
                        floor.toString()));
        Held<V> held = answer.done() ? new Held<>(new Versioned<>(next, answer.newest()), millis) : held(key, answer);
        if (!answer.done()) {
            engine.metrics().refused();
        }
        learn(key, held, answer, inHistory);
        return new Outcome<>(answer.done(), held == null ? null : held.stored());
    }

    @Override
    public boolean remove(K key, long expected) {
        if (expected == Versioned.ABSENT) {
            return false;
        }
        int inHistory = copy.history();
        Answer answer = engine.ask(this, engine.scripts().remove(), List.of(codec.bytes(key), Long.toString(expected)));
        if (!answer.done()) {
            engine.metrics().refused();
        }
        learn(key, answer.done() ? null : held(key, answer), answer, inHistory);
        return answer.done();
    }

    @Override
    public void versionsAbove(long least) {
        floor.accumulateAndGet(least, Math::max);
    }

    @Override
    public String keptSince() {
        return keptSince;
    }

    @Override
    public boolean touch(K key, Duration timeToLive) {
        return copy.touch(key, Copy.millis(timeToLive), engine.nowMillis());
    }

    @Override
    public List<Entry<K, V>> list(@Nullable K after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a listing needs a limit of at least 1, not " + limit);
        }
        return copy.list(after, limit);
    }

    @Override
    public int size() {
        return copy.size();
    }

    /** Called back by the writing thread or the telling thread of the stores, one change at a time. */
    @Override
    public Subscription subscribe(Consumer<Change<K, V>> listener) {
        return copy.subscribe(listener)::run;
    }

    String name() {
        return name;
    }

    Keys keys() {
        return keys;
    }

    /** Whether the copy has been in step with the store once. */
    boolean isReady() {
        return ready;
    }

    /** The change up to which this copy knows all. */
    long chained() {
        return copy.chained();
    }

    /** On the telling thread, in the order in which the server told. */
    void heard(byte[] message) {
        Notice notice = Notice.parse(message).orElse(null);
        if (notice == null) {
            return;
        }
        engine.metrics().noticed();
        try {
            K key = codec.key(notice.key());
            Held<V> held = notice.kind() == Notice.Kind.WRITTEN
                    // Mostly known when it was written here; reading a value takes longer than all else.
                    ? copy.find(key, notice.version()).orElseGet(() -> written(notice))
                    : null;
            copy.heard(key, held, notice.previous(), notice.at(), notice.kind() == Notice.Kind.EXPIRED);
        } catch (Codec.Unreadable e) {
            LOG.warnf("store=%s at=%d an entry cannot be read and is left out: %s", name, notice.at(), e.getMessage());
        }
        copy.tell();
    }

    private Held<V> written(Notice notice) {
        return new Held<>(new Versioned<>(codec.value(notice.value()), notice.version()), notice.timeToLive());
    }

    /** Brings store and copy together over a new connection. Says how many entries the store had lost and got back. */
    int join(Link link) throws AwayException {
        Answer answer = link.run(engine.scripts().join(), keys, List.of());
        String current = answer.text(0);
        keptSince = answer.text(2);
        int restored = 0;
        if (!current.equals(history)) {
            List<Map.Entry<K, Held<V>>> perhapsLost = copy.newerThan(answer.number(1));
            copy.beginHistory(answer.newest());
            for (int i = 0; i < perhapsLost.size(); i += PAGE) {
                restored += restore(link, perhapsLost.subList(i, Math.min(i + PAGE, perhapsLost.size())));
            }
            history = current;
        }
        resync(link);
        flush(link, true);
        newestAtLastTick = 0;
        lagged = false;
        ready = true;
        return restored;
    }

    private int restore(Link link, List<Map.Entry<K, Held<V>>> entries) throws AwayException {
        List<Object> arguments = new ArrayList<>(4 * entries.size());
        for (Map.Entry<K, Held<V>> entry : entries) {
            Held<V> held = entry.getValue();
            arguments.add(codec.bytes(entry.getKey()));
            arguments.add(Long.toString(held.stored().version()));
            arguments.add(Long.toString(held.timeToLive()));
            arguments.add(codec.bytes(held.stored().value()));
        }
        return (int) link.run(engine.scripts().restore(), keys, arguments).number(0);
    }

    /** Goes through the whole store, a page at a time. Says how many entries of the copy were not there any more. */
    private int resync(Link link) throws AwayException {
        engine.metrics().resynced();
        copy.beginListing();
        try {
            String cursor = "0";
            long began = 0;
            do {
                Answer page = link.run(engine.scripts().page(), keys, List.of(cursor, Integer.toString(PAGE)));
                began = began == 0 ? page.newest() : began;
                for (int i = 1; i + 1 < page.size(); i += 2) {
                    listed(page.bytes(i), page.bytes(i + 1), page.newest());
                }
                engine.tellLater(copy::tell);
                cursor = page.text(0);
            } while (!cursor.equals("0"));
            return copy.endListing(began);
        } finally {
            copy.abandonListing();
            engine.tellLater(copy::tell);
        }
    }

    private void listed(byte[] key, byte[] packed, long at) {
        try {
            int first = indexOfSpace(packed, 0);
            int second = indexOfSpace(packed, first + 1);
            long version = Long.parseLong(new String(packed, 0, first, StandardCharsets.US_ASCII));
            long timeToLive =
                    Long.parseLong(new String(packed, first + 1, second - first - 1, StandardCharsets.US_ASCII));
            V value = codec.value(Arrays.copyOfRange(packed, second + 1, packed.length));
            copy.listed(codec.key(key), new Held<>(new Versioned<>(value, version), timeToLive), at);
        } catch (Codec.Unreadable | NumberFormatException e) {
            LOG.warnf("store=%s an entry cannot be read and is left out: %s", name, e.getMessage());
        }
    }

    private static int indexOfSpace(byte[] packed, int from) {
        for (int i = from; i < packed.length; i++) {
            if (packed[i] == ' ') {
                return i;
            }
        }
        throw new Codec.Unreadable("it has no version");
    }

    /**
     * Ends what is due, and finds out whether the copy has missed anything.
     *
     * @param quiet nothing waits to be applied to copies
     * @return whether notices do not come although there are some
     */
    boolean tick(Link link, boolean quiet) throws AwayException {
        long known = copy.chained();
        Answer answer = expire(link);
        for (int i = 1; answer.number(0) == EXPIRED_AT_ONCE && i < EXPIRY_ROUNDS; i++) {
            answer = expire(link);
        }
        boolean missed = copy.takeMissed();
        boolean lags = quiet && copy.chained() < newestAtLastTick;
        boolean lost = answer.newest() < known;
        newestAtLastTick = answer.newest();
        if (lost) {
            int restored = join(link);
            LOG.warnf("store=%s lost what it had while it was there; entries put back: %d", name, restored);
        } else if (missed || (lags && lagged)) {
            int differences = resync(link);
            LOG.infof("store=%s notices were missed, the store was read anew; gone meanwhile: %d", name, differences);
        }
        boolean silent = lags && lagged && !missed;
        lagged = lags;
        return silent;
    }

    private Answer expire(Link link) throws AwayException {
        return link.run(engine.scripts().expire(), keys, List.of(Integer.toString(EXPIRED_AT_ONCE), tombstoneMillis));
    }

    /** Tells the store what was touched. */
    void flush(Link link, boolean all) throws AwayException {
        // What is touched while this goes on waits for the next time.
        for (int left = copy.touched(); left > 0; left -= BATCH) {
            List<Touch<K>> batch = copy.takeTouches(engine.nowMillis(), all, BATCH);
            if (batch.isEmpty()) {
                return;
            }
            List<Object> arguments = new ArrayList<>(3 * batch.size());
            for (Touch<K> touch : batch) {
                arguments.add(codec.bytes(touch.key()));
                arguments.add(Long.toString(touch.version()));
                arguments.add(Long.toString(touch.left()));
            }
            try {
                var _ = link.run(engine.scripts().touch(), keys, arguments);
            } catch (AwayException e) {
                copy.giveBack(batch);
                throw e;
            }
        }
    }

    /** Writes the copy on disk if there is one and something has changed. */
    void keep() {
        file.keep(copy, history);
    }

    void close() {
        file.keep(copy, history);
        file.close();
    }

    private void learn(K key, @Nullable Held<V> held, Answer answer, int inHistory) {
        copy.learnt(key, held, answer.newest(), inHistory);
        copy.tell();
    }

    /** What the store says is there, in the answer to a question or a refused write. */
    private @Nullable Held<V> held(K key, Answer answer) {
        long version = answer.number(0);
        if (version == Versioned.ABSENT) {
            return null;
        }
        try {
            return new Held<>(new Versioned<>(codec.value(answer.bytes(2)), version), answer.number(1));
        } catch (Codec.Unreadable e) {
            throw engine.unavailable(
                    "store " + name + " holds a value for " + key + " that cannot be read: " + e.getMessage());
        }
    }
}
