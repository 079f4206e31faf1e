package io.millrace.control.events;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The newest events, a bounded number of them, and those who follow. */
public final class EventLog {

    private static final Logger LOG = Logger.getLogger(EventLog.class);

    private static final String OPERATOR = "operator";

    private final InstantSource clock;
    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final CopyOnWriteArrayList<Consumer<Event>> followers = new CopyOnWriteArrayList<>();
    private long lastId;

    public EventLog(InstantSource clock, int capacity) {
        this.clock = clock;
        this.capacity = capacity;
    }

    /** Keeps an event, tells the followers in the order of the ids, and logs it as one line. */
    public Event record(EventKind kind, String subject, String actor, String message) {
        Event event = keep(kind, subject, actor, message);
        // Not under the lock: a slow console would hold up everybody who has something to record.
        LOG.logf(level(event), "%s %s: %s (%s)", kind.word(), subject, message, actor);
        return event;
    }

    private synchronized Event keep(EventKind kind, String subject, String actor, String message) {
        Event event = new Event(++lastId, clock.instant(), kind, subject, actor, message);
        events.addLast(event);
        if (events.size() > capacity) {
            events.removeFirst();
        }
        followers.forEach(follower -> follower.accept(event));
        return event;
    }

    /** Streams come and go by the thousand in good order: in the log they would hide what somebody has to know at night. */
    private static Logger.Level level(Event event) {
        return event.kind().isRoutine() && !event.actor().equals(OPERATOR) ? Logger.Level.DEBUG : Logger.Level.INFO;
    }

    /** Events with an id above {@code afterId}, oldest first. */
    public synchronized List<Event> after(long afterId, Predicate<Event> wanted, int limit) {
        return events.stream()
                .filter(event -> event.id() > afterId && wanted.test(event))
                .limit(limit)
                .toList();
    }

    /** Events with an id below {@code beforeId}, newest first. */
    public synchronized List<Event> before(long beforeId, Predicate<Event> wanted, int limit) {
        List<Event> newestFirst = new ArrayList<>();
        for (var it = events.descendingIterator(); it.hasNext() && newestFirst.size() < limit; ) {
            Event event = it.next();
            if (event.id() < beforeId && wanted.test(event)) {
                newestFirst.add(event);
            }
        }
        return List.copyOf(newestFirst);
    }

    /**
     * Follows from now on. The follower is called while the log is locked: it must hand the event on and return.
     *
     * @return ends the following
     */
    public Runnable follow(Consumer<Event> follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }
}
