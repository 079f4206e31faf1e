package io.millrace.control.api.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.Problem;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.settings.SettingText;
import io.millrace.control.start.StartOrder;
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
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The event log as server-sent events. One thread takes what happened from the log, writes it as JSON once, and hands it to every reader that
 * asks for more; no lock is held meanwhile. A reader has no queue of its own: one that is slow finds its next events in the log, or is told which
 * ones are not kept any more, and one that takes nothing at all is disconnected.
 */
@ApplicationScoped
class EventFeed {

    private static final Logger LOG = Logger.getLogger(EventFeed.class);

    /** Events taken from the log at once. */
    private static final int PAGE = 200;

    /** Events that are kept as JSON; more than a reader that keeps up has yet to get. */
    private static final int WRITTEN = 1_024;

    /** Heartbeats for which a reader may take nothing. */
    private static final int PATIENCE = 4;

    /** A log-out ends the feeds of that log-in within 5 s. */
    private static final Duration CHECK_SIGNED_IN_EVERY = Duration.ofSeconds(2);

    static final int MAX_READERS = 200;
    static final int MAX_READERS_OF_ADDRESS = 40;

    private final EventLog log;
    private final Sse sse;
    private final ObjectMapper json;
    private final Duration heartbeat;
    private final Counter refused;
    private final CopyOnWriteArrayList<Reader> readers = new CopyOnWriteArrayList<>();
    private final AtomicInteger seats = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> seatsByAddress = new ConcurrentHashMap<>();
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Each event stands where its id says. */
    private final AtomicReferenceArray<@Nullable Written> written = new AtomicReferenceArray<>(WRITTEN);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("event-feed").factory());

    private record Written(long id, String text) {}

    @Inject
    EventFeed(
            EventLog log,
            Sse sse,
            ObjectMapper json,
            MeterRegistry metrics,
            @ConfigProperty(name = "millrace.events.heartbeat", defaultValue = "15s") String heartbeat) {
        this.log = log;
        this.sse = sse;
        this.json = json;
        this.heartbeat = SettingText.duration(
                "millrace.events.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(1));
        this.refused = Counter.builder("millrace.events.readers.refused")
                .description("Event streams that were refused because there are too many")
                .register(metrics);
        Gauge.builder("millrace.events.readers", seats, AtomicInteger::get)
                .description("Open event streams")
                .register(metrics);
    }

    /** Being made, the feed has checked its setting. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event) {
        start();
    }

    void start() {
        var _ = log.follow(happened -> wake());
        var _ = thread.scheduleAtFixedRate(
                () -> readers.forEach(Reader::beat), heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        long check = CHECK_SIGNED_IN_EVERY.toMillis();
        var _ = thread.scheduleAtFixedRate(
                () -> readers.forEach(Reader::checkSignedIn), check, check, TimeUnit.MILLISECONDS);
    }

    /** Called under the log's lock. */
    private void wake() {
        if (!readers.isEmpty() && woken.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    woken.set(false);
                    readers.forEach(Reader::send);
                });
            } catch (RejectedExecutionException stopping) {
                LOG.debugf("event streams end with the process");
            }
        }
    }

    /**
     * @param after where the reader stopped; null for a reader that wants only what happens from now on
     * @throws WebApplicationException when there are too many readers
     */
    Multi<OutboundSseEvent> follow(@Nullable EventPosition after, Predicate<Event> wanted, Follower follower) {
        takeSeat(follower.address());
        return Multi.createFrom()
                .emitter(emitter -> new Reader(emitter, wanted, follower).begin(after), BackPressureStrategy.ERROR);
    }

    private void takeSeat(String address) {
        if (seats.incrementAndGet() > MAX_READERS) {
            seats.decrementAndGet();
            throw tooMany(Response.Status.SERVICE_UNAVAILABLE, MAX_READERS + " event streams are open already");
        }
        if (seatsByAddress.merge(address, 1, Integer::sum) > MAX_READERS_OF_ADDRESS) {
            leaveSeat(address);
            throw tooMany(
                    Response.Status.TOO_MANY_REQUESTS,
                    MAX_READERS_OF_ADDRESS + " event streams are open already from this address");
        }
    }

    private void leaveSeat(String address) {
        seats.decrementAndGet();
        seatsByAddress.computeIfPresent(address, (key, count) -> count <= 1 ? null : count - 1);
    }

    private WebApplicationException tooMany(Response.Status status, String detail) {
        refused.increment();
        return new WebApplicationException(
                Problem.of(status, detail).withCode("too-many-readers").toResponse());
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
    }

    void stopWithTheProcess(@Observes ShutdownEvent event) {
        stop();
    }

    private OutboundSseEvent comment(String text) {
        return sse.newEventBuilder().comment(text).build();
    }

    private OutboundSseEvent asSse(Event event, boolean seesClients) {
        boolean masked = !seesClients && EventMask.changes(event);
        return named(event.kind().word(), masked ? write(EventMask.of(event)) : text(event))
                .id(new EventPosition(log.run(), event.id()).text())
                .build();
    }

    /** Written once, for all readers that keep up. */
    private String text(Event event) {
        int slot = (int) (event.id() % WRITTEN);
        Written there = written.get(slot);
        if (there != null && there.id() == event.id()) {
            return there.text();
        }
        String text = write(event);
        written.set(slot, new Written(event.id(), text));
        return text;
    }

    private String write(Object data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(data + " cannot be written as JSON", e);
        }
    }

    /** As text, because for an object the framework adds a line with its content type, which no standard knows. */
    private OutboundSseEvent.Builder named(String name, String data) {
        return sse.newEventBuilder().name(name).data(String.class, data);
    }

    /** Events that a reader will not get, since the log does not hold them any more. */
    record Lost(long from, long to) {}

    /** The reader's position is of another run, whose events have other ids: all that is kept follows. */
    record OtherRun(String asked, String run) {}

    /** One connection. */
    private final class Reader {

        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Predicate<Event> wanted;
        private final Follower follower;

        /** Calls of {@link #send} that are not served; the thread that makes it 1 sends. */
        private final AtomicInteger calls = new AtomicInteger();

        /** Events that are next; only the thread that sends touches it and the next two fields. */
        private final ArrayDeque<Event> page = new ArrayDeque<>();

        private long takenTo;
        private @Nullable OtherRun otherRun;

        /** Something to send at once, so that the client sees the answer's head before anything happens. */
        private final AtomicReference<@Nullable String> comment = new AtomicReference<>("following");

        private int beatsNotTaken;
        private volatile boolean tooSlow;
        private volatile boolean signedOut;
        private volatile boolean overdue;
        private boolean toldSignedOut;

        Reader(MultiEmitter<? super OutboundSseEvent> emitter, Predicate<Event> wanted, Follower follower) {
            this.emitter = emitter;
            this.wanted = wanted;
            this.follower = follower;
        }

        void begin(@Nullable EventPosition after) {
            long newest = log.newestId();
            if (after == null) {
                takenTo = newest;
            } else if (after.isOf(log.run()) && after.id() <= newest) {
                takenTo = after.id();
            } else {
                otherRun = new OtherRun(after.text(), log.run());
                takenTo = log.oldestId() - 1;
            }
            readers.add(this);
            emitter.onTermination(() -> {
                if (readers.remove(this)) {
                    leaveSeat(follower.address());
                }
            });
            emitter.onRequest(more -> send());
            send();
        }

        void beat() {
            boolean taken = comment.compareAndSet(null, "heartbeat");
            beatsNotTaken = taken ? 0 : beatsNotTaken + 1;
            if (beatsNotTaken >= PATIENCE) {
                tooSlow = true;
            }
            send();
        }

        void checkSignedIn() {
            if (signedOut || !follower.signedIn().getAsBoolean()) {
                overdue = signedOut;
                signedOut = true;
                send();
            }
        }

        /** Hands on as much as was asked for. One thread at a time; what others bring meanwhile it takes along. */
        void send() {
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
                    LOG.infof("event stream evicted from=%s unread=%d", follower.address(), log.newestId() - takenTo);
                    follower.cutOff().run();
                    emitter.complete();
                    return;
                }
                if (signedOut) {
                    signOut();
                    return;
                }
                OutboundSseEvent next = emitter.requested() > 0 ? next() : null;
                if (next == null) {
                    return;
                }
                emitter.emit(next);
            }
        }

        /** Ends the feed when the reader has taken that word, or does not take it until the next check. */
        private void signOut() {
            boolean asksForMore = emitter.requested() > 0;
            if (asksForMore && !toldSignedOut) {
                toldSignedOut = true;
                emitter.emit(named("signed-out", "{}").build());
                asksForMore = emitter.requested() > 0;
            }
            if (asksForMore) {
                emitter.complete();
            } else if (overdue) {
                follower.cutOff().run();
                emitter.complete();
            }
        }

        private @Nullable OutboundSseEvent next() {
            String text = comment.getAndSet(null);
            if (text != null) {
                return comment(text);
            }
            if (otherRun != null) {
                OtherRun told = otherRun;
                otherRun = null;
                return named("other-run", write(told)).build();
            }
            while (page.isEmpty()) {
                long oldest = log.oldestId();
                if (takenTo < oldest - 1) {
                    Lost lost = new Lost(takenTo + 1, oldest - 1);
                    takenTo = oldest - 1;
                    return named("events-lost", write(lost)).build();
                }
                List<Event> more = log.page(takenTo, PAGE);
                if (more.isEmpty()) {
                    return null;
                }
                if (more.getFirst().id() != takenTo + 1) {
                    // Overtaken meanwhile: the next turn says so.
                    continue;
                }
                takenTo = more.getLast().id();
                more.stream().filter(wanted).forEach(page::add);
            }
            return asSse(page.remove(), follower.seesClients());
        }
    }
}
