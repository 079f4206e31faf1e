package io.millrace.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.settings.SettingText;
import io.millrace.control.settings.StartOrder;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The event log as server-sent events. Each reader has a bounded buffer; one that does not read is cut off and may come back
 * with the id it saw last.
 */
@ApplicationScoped
class EventFeed {

    private static final Logger LOG = Logger.getLogger(EventFeed.class);

    /** Events taken from the log at once for a reader who missed some. */
    private static final int PAGE = 200;

    /** Events that may wait for a reader who has seen everything before them. */
    private static final int BUFFER = 1_000;

    /** Heartbeats for which a reader may take nothing. */
    private static final int PATIENCE = 4;

    private final EventLog log;
    private final Sse sse;
    private final ObjectMapper json;
    private final Duration heartbeat;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("event-feed").factory());

    @Inject
    EventFeed(
            EventLog log,
            Sse sse,
            ObjectMapper json,
            @ConfigProperty(name = "millrace.events.heartbeat", defaultValue = "15s") String heartbeat) {
        this.log = log;
        this.sse = sse;
        this.json = json;
        this.heartbeat = SettingText.duration(
                "millrace.events.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofHours(1));
    }

    /** Being made, the feed has checked its setting. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event) {}

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
        return named(event.kind().word(), event).id(Long.toString(event.id())).build();
    }

    /** As text, because for an object the framework adds a line with its content type, which no standard knows. */
    private OutboundSseEvent.Builder named(String name, Object data) {
        try {
            return sse.newEventBuilder().name(name).data(String.class, json.writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(data + " cannot be written as JSON", e);
        }
    }

    /** Events that a reader will not get, since the log does not hold them any more. */
    record Lost(long from, long to) {}

    /**
     * One connection. What the reader missed is taken from the log page by page, as fast as it reads; from then on events are
     * handed to it under the log's lock, so in order. It never waits for that lock while others wait for it.
     */
    private final class Reader {

        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Predicate<Event> wanted;
        private final Runnable cutOff;

        /** Calls of {@link #send} that are not served; whoever makes it 1 is the one who sends. */
        private final AtomicInteger calls = new AtomicInteger();

        /** Missed events that are next; only whoever sends touches it and the next field. */
        private final ArrayDeque<Event> page = new ArrayDeque<>();

        private long replayedTo;
        private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(BUFFER);

        /** Changes under the log's lock only. */
        private volatile boolean replaying;

        /** Something to send at once, so that the client sees the answer's head before anything happens. */
        private final AtomicReference<@Nullable String> comment = new AtomicReference<>("following");

        private int beatsNotTaken;
        private volatile boolean tooSlow;

        Reader(MultiEmitter<? super OutboundSseEvent> emitter, Predicate<Event> wanted, Runnable cutOff) {
            this.cutOff = cutOff;
            this.emitter = emitter;
            this.wanted = wanted;
        }

        void begin(@Nullable Long after) {
            emitter.onRequest(more -> send());
            Runnable unfollow;
            synchronized (log) {
                replaying = after != null;
                if (after != null) {
                    // An id above all of ours is of a run before this one: then everything here is new to the reader.
                    replayedTo = after <= log.newestId() ? after : 0;
                }
                unfollow = log.follow(this::happened);
            }
            ScheduledFuture<?> beat = timer.scheduleAtFixedRate(
                    this::beat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
            emitter.onTermination(() -> {
                beat.cancel(false);
                unfollow.run();
            });
            send();
        }

        /** Called under the log's lock. While the reader is not through with what it missed, this event is part of that. */
        private void happened(Event event) {
            if (!replaying && wanted.test(event)) {
                if (!waiting.offer(event)) {
                    tooSlow = true;
                }
                send();
            }
        }

        private void beat() {
            boolean taken = comment.compareAndSet(null, "heartbeat");
            beatsNotTaken = taken ? 0 : beatsNotTaken + 1;
            if (beatsNotTaken >= PATIENCE) {
                tooSlow = true;
            }
            send();
        }

        /** Hands on as much as was asked for. One thread at a time; what others bring meanwhile it takes along. */
        private void send() {
            if (calls.getAndIncrement() != 0) {
                return;
            }
            int served = 1;
            do {
                sendWhatIsAskedFor();
                served = calls.addAndGet(-served);
            } while (served != 0);
        }

        private void sendWhatIsAskedFor() {
            while (!emitter.isCancelled()) {
                if (tooSlow) {
                    LOG.infof("event feed: a reader was cut off, it left %d events unread", waiting.size());
                    cutOff.run();
                    emitter.complete();
                    return;
                }
                OutboundSseEvent next = emitter.requested() > 0 ? next() : null;
                if (next == null) {
                    return;
                }
                emitter.emit(next);
            }
        }

        private @Nullable OutboundSseEvent next() {
            String text = comment.getAndSet(null);
            if (text != null) {
                return comment(text);
            }
            if (replaying && page.isEmpty()) {
                Lost lost = turnPage();
                if (lost != null) {
                    return named("events-lost", lost).build();
                }
            }
            Event event = page.isEmpty() ? waiting.poll() : page.poll();
            return event == null ? null : asSse(event);
        }

        /** Takes the next missed events from the log; when there are none, the reader has caught up. */
        private @Nullable Lost turnPage() {
            // Nothing is recorded while the log is held: no event falls between replay and following.
            synchronized (log) {
                long before = log.oldestId() - 1;
                if (replayedTo < before) {
                    Lost lost = new Lost(replayedTo + 1, before);
                    replayedTo = before;
                    return lost;
                }
                page.addAll(log.after(replayedTo, wanted, PAGE));
                if (page.isEmpty()) {
                    replaying = false;
                } else {
                    replayedTo = page.getLast().id();
                }
                return null;
            }
        }
    }
}
