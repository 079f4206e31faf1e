package io.millrace.control.api;

import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.settings.SettingText;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The event log as server-sent events. Each reader has a bounded buffer; one that does not read it empty is cut off and may come
 * back with the id it saw last.
 */
@ApplicationScoped
@Startup
class EventFeed {

    private static final Logger LOG = Logger.getLogger(EventFeed.class);

    /** Who missed more reads the listing. */
    private static final int MAX_REPLAYED = 500;

    private static final int BUFFER = MAX_REPLAYED + 500;

    private final EventLog log;
    private final Sse sse;
    private final Duration heartbeat;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("event-feed").factory());

    @Inject
    EventFeed(
            EventLog log,
            Sse sse,
            @ConfigProperty(name = "millrace.events.heartbeat", defaultValue = "15s") String heartbeat) {
        this.log = log;
        this.sse = sse;
        this.heartbeat = SettingText.duration(
                "millrace.events.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofHours(1));
    }

    /**
     * @param after the last event the reader saw; null for a reader that wants only what happens from now on
     * @param cutOff closes the connection of a reader that does not read; ending the feed would wait for it to read on
     */
    Multi<OutboundSseEvent> follow(@Nullable Long after, Predicate<Event> wanted, Runnable cutOff) {
        // The reader keeps its own queue: a buffering emitter would tell of the overflow only behind what nobody reads.
        return Multi.createFrom()
                .emitter(emitter -> new Reader(emitter, wanted, cutOff).begin(after), BackPressureStrategy.ERROR);
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
    }

    void stopWithTheProcess(@Observes ShutdownEvent event) {
        stop();
    }

    private OutboundSseEvent comment(String text) {
        return sse.newEventBuilder().comment(text).build();
    }

    private OutboundSseEvent asSse(Event event) {
        return sse.newEventBuilder()
                .id(Long.toString(event.id()))
                .name(event.kind().word())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(Event.class, event)
                .build();
    }

    /** One connection; events reach it under the log's lock, so in order. */
    private final class Reader {

        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Predicate<Event> wanted;
        private final Runnable cutOff;
        private final ArrayDeque<OutboundSseEvent> waiting = new ArrayDeque<>();
        private boolean sending;

        Reader(MultiEmitter<? super OutboundSseEvent> emitter, Predicate<Event> wanted, Runnable cutOff) {
            this.cutOff = cutOff;
            this.emitter = emitter;
            this.wanted = wanted;
        }

        void begin(@Nullable Long after) {
            emitter.onRequest(more -> send());
            // Something to send at once, so that the client sees the answer's head before anything happens.
            offer(comment("following"));
            Runnable unfollow;
            // Nothing is recorded while the log is held: no event falls between replay and following.
            synchronized (log) {
                if (after != null) {
                    missed(after).forEach(event -> offer(asSse(event)));
                }
                unfollow = log.follow(event -> {
                    if (wanted.test(event)) {
                        offer(asSse(event));
                    }
                });
            }
            ScheduledFuture<?> beat = timer.scheduleAtFixedRate(
                    () -> offer(comment("heartbeat")),
                    heartbeat.toMillis(),
                    heartbeat.toMillis(),
                    TimeUnit.MILLISECONDS);
            emitter.onTermination(() -> {
                beat.cancel(false);
                unfollow.run();
            });
        }

        private List<Event> missed(long after) {
            List<Event> newest = log.before(Long.MAX_VALUE, event -> true, 1);
            // An id above all of ours is of a run before this one: then everything here is new to the reader.
            boolean ofThisRun = !newest.isEmpty() && after <= newest.getFirst().id();
            return log.after(ofThisRun ? after : 0, wanted, MAX_REPLAYED);
        }

        private synchronized void offer(OutboundSseEvent event) {
            if (emitter.isCancelled()) {
                return;
            }
            if (waiting.size() >= BUFFER) {
                waiting.clear();
                LOG.infof("event feed: a reader was cut off, it left %d events unread", BUFFER);
                cutOff.run();
                emitter.complete();
                return;
            }
            waiting.addLast(event);
            send();
        }

        /** Hands on as much as was asked for; asking comes back in here, hence the flag. */
        private synchronized void send() {
            if (sending) {
                return;
            }
            sending = true;
            while (emitter.requested() > 0) {
                OutboundSseEvent next = waiting.pollFirst();
                if (next == null) {
                    break;
                }
                emitter.emit(next);
            }
            sending = false;
        }
    }
}
