package io.millrace.control.peers;

import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.store.BatchExchange;
import io.millrace.control.store.BatchExchange.Limits;
import io.millrace.control.store.BatchExchange.WhenUnavailable;
import io.millrace.control.store.KeyedStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Shares events between the logs of all control planes, except for routine ones. Recording an event never waits for the store;
 * {@link #flush} does.
 */
public final class EventSharing {

    /** Five minutes: a control plane that was restarted learns what happened meanwhile. */
    private static final Limits LIMITS = new Limits(2_000, 100, Duration.ofMinutes(5), WhenUnavailable.KEEP);

    private final EventLog log;
    private final BatchExchange<Event, SharedEvents> exchange;

    public EventSharing(KeyedStore<String, SharedEvents> store, EventLog log) {
        this.log = log;
        this.exchange = new BatchExchange<>(store, log.run(), LIMITS, SharedEvents::new, this::adopt);
    }

    /** Begins to share; earlier events of others are adopted in the order of their times. */
    public void start() {
        exchange.start();
        var _ = log.follow(event -> {
            if (log.isOwn(event) && !event.kind().isRoutine()) {
                exchange.send(event);
            }
        });
    }

    /** Writes what was recorded since; to be called some twenty times a second, by one at a time. */
    public void flush() {
        exchange.flush();
    }

    /** Events that were not shared, since too many were queued. */
    public long dropped() {
        return exchange.dropped();
    }

    private int adopt(List<SharedEvents> batches) {
        List<Event> events =
                batches.stream().flatMap(batch -> batch.events().stream()).toList();
        events.stream().sorted(Comparator.comparing(Event::at)).forEach(log::adopt);
        return events.size();
    }
}
