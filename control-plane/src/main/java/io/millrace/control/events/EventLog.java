package io.millrace.control.events;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The newest events, a bounded number of them, and those who follow. */
public final class EventLog {

    private static final Logger LOG = Logger.getLogger(EventLog.class);

    private final InstantSource clock;
    private final String controlPlane;

    /** Ids have no gaps: each event stands where its id says. */
    private final Event[] ring;

    private final CopyOnWriteArrayList<Consumer<Event>> followers = new CopyOnWriteArrayList<>();
    private long lastId;

    /** Of a control plane that runs alone. */
    public EventLog(InstantSource clock, int capacity) {
        this(clock, capacity, "");
    }

    /** @param controlPlane the run of this control plane */
    public EventLog(InstantSource clock, int capacity, String controlPlane) {
        this.clock = clock;
        this.controlPlane = controlPlane;
        this.ring = new Event[capacity];
    }

    /** Keeps an event, tells the followers in the order of the ids, and logs it as one line. */
    public Event record(EventKind kind, String subject, String actor, String message) {
        Event event = keep(clock.instant(), kind, subject, actor, message, controlPlane);
        // Not under the lock: a slow console would hold up every thread that records an event.
        LOG.logf(level(event), "%s %s: %s (%s)", kind.word(), subject, message, actor);
        return event;
    }

    /** Keeps what happened on another control plane, under an id of this log; that one has logged it. */
    public Event adopt(Event event) {
        return keep(event.at(), event.kind(), event.subject(), event.actor(), event.message(), event.controlPlane());
    }

    /** The run of this control plane, to which its ids belong. */
    public String run() {
        return controlPlane;
    }

    /** Whether it happened here. */
    public boolean isOwn(Event event) {
        return event.controlPlane().equals(controlPlane);
    }

    private synchronized Event keep(
            Instant at, EventKind kind, String subject, String actor, String message, String where) {
        Event event = new Event(++lastId, at, kind, subject, actor, message, where);
        ring[slot(event.id())] = event;
        followers.forEach(follower -> follower.accept(event));
        return event;
    }

    /** Streams come and go by the thousand in good order: in the log they would hide what an operator has to know at night. */
    private static Logger.Level level(Event event) {
        if (event.kind() == EventKind.ORIGINS_PANIC) {
            return Logger.Level.WARN;
        }
        return event.kind().isRoutine() && isMachine(event.actor()) ? Logger.Level.DEBUG : Logger.Level.INFO;
    }

    private static boolean isMachine(String actor) {
        return actor.equals("system") || actor.startsWith("worker ") || actor.startsWith("origin ");
    }

    private int slot(long id) {
        return (int) (id % ring.length);
    }

    /** The id of the newest event; 0 when nothing has happened yet. */
    public synchronized long newestId() {
        return lastId;
    }

    /** The id of the oldest event that is kept; above {@link #newestId()} when nothing has happened yet. */
    public synchronized long oldestId() {
        return Math.max(1, lastId - ring.length + 1);
    }

    /** Events with an id above {@code afterId}, oldest first. */
    public synchronized List<Event> after(long afterId, Predicate<Event> wanted, int limit) {
        List<Event> oldestFirst = new ArrayList<>();
        for (long id = Math.max(Math.min(afterId, lastId) + 1, oldestId());
                id <= lastId && oldestFirst.size() < limit;
                id++) {
            addIf(wanted, ring[slot(id)], oldestFirst);
        }
        return List.copyOf(oldestFirst);
    }

    /** The next events after {@code afterId}, whatever they are, oldest first and without a gap; begins later where the first ones are not kept. */
    public synchronized List<Event> page(long afterId, int limit) {
        List<Event> oldestFirst = new ArrayList<>();
        for (long id = Math.max(afterId + 1, oldestId()); id <= lastId && oldestFirst.size() < limit; id++) {
            oldestFirst.add(ring[slot(id)]);
        }
        return oldestFirst;
    }

    /** Events with an id below {@code beforeId}, newest first. */
    public synchronized List<Event> before(long beforeId, Predicate<Event> wanted, int limit) {
        List<Event> newestFirst = new ArrayList<>();
        for (long id = Math.min(beforeId - 1, lastId); id >= oldestId() && newestFirst.size() < limit; id--) {
            addIf(wanted, ring[slot(id)], newestFirst);
        }
        return List.copyOf(newestFirst);
    }

    private static void addIf(Predicate<Event> wanted, Event event, List<Event> chosen) {
        if (wanted.test(event)) {
            chosen.add(event);
        }
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
