package io.millrace.control.peers;

import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Tells the other control planes what happens here, and the log here what happens there. What happens all the time stays where it
 * happened. Writes on a thread of its own: whoever records an event never waits for the store.
 */
public final class EventSharing implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EventSharing.class);

    /** Long enough for a control plane that was restarted to know what happened meanwhile. */
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);

    /** What may wait while the store is away. */
    private static final int MAX_WAITING = 2_000;

    private static final int MAX_IN_ENTRY = 100;
    private static final int PAGE = 500;
    private static final int MAX_REMEMBERED = 10_000;
    private static final long RETRY_MILLIS = 500;

    /** A burst becomes one entry. */
    private static final long GATHER_MILLIS = 50;

    private final KeyedStore<String, SharedEvents> store;
    private final EventLog log;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final LinkedHashSet<String> seen = new LinkedHashSet<>();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("event-sharing").unstarted(this::write);

    public EventSharing(KeyedStore<String, SharedEvents> store, EventLog log) {
        this.store = store;
        this.log = log;
    }

    /** Begins to tell and to listen; what others told before is taken in by the time at which it happened. */
    public void start() {
        var _ = store.subscribe(this::changed);
        List<Event> before = new ArrayList<>();
        String after = null;
        for (var page = store.list(after, PAGE); !page.isEmpty(); page = store.list(after, PAGE)) {
            for (Entry<String, SharedEvents> entry : page) {
                if (isNew(entry.key())) {
                    before.addAll(entry.stored().value().events());
                }
            }
            after = page.getLast().key();
        }
        before.stream().sorted(Comparator.comparing(Event::at)).forEach(this::adopt);
        var _ = log.follow(this::happened);
        writer.start();
    }

    /** Events that nobody else was told of, since too many waited. */
    public long dropped() {
        return dropped.get();
    }

    /** Called under the log's lock. */
    private void happened(Event event) {
        if (log.isOwn(event) && !event.kind().isRoutine() && !waiting.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    private void changed(Change<String, SharedEvents> change) {
        Versioned<SharedEvents> current = change.current();
        if (current != null && isNew(change.key())) {
            current.value().events().forEach(this::adopt);
        }
    }

    /** A store that is filled again tells of old entries once more. */
    private boolean isNew(String key) {
        synchronized (seen) {
            if (!seen.add(key)) {
                return false;
            }
            if (seen.size() > MAX_REMEMBERED) {
                var _ = seen.removeFirst();
            }
            return true;
        }
    }

    private void adopt(Event event) {
        if (!log.isOwn(event)) {
            var _ = log.adopt(event);
        }
    }

    private void write() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                List<Event> batch = new ArrayList<>();
                batch.add(waiting.take());
                TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
                waiting.drainTo(batch, MAX_IN_ENTRY - 1);
                Event first = batch.getFirst();
                String key = first.controlPlane() + "-" + "%012d".formatted(first.id());
                while (!written(key, batch)) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean written(String key, List<Event> batch) {
        try {
            // Refused means that an attempt of which no answer came has gone through.
            var _ = store.compareAndSet(key, Versioned.ABSENT, new SharedEvents(batch), TIME_TO_LIVE);
            return true;
        } catch (StoreUnavailableException away) {
            return false;
        } catch (RuntimeException e) {
            LOG.error("events were not shared", e);
            dropped.addAndGet(batch.size());
            return true;
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
