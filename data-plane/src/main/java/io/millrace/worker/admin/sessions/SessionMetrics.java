package io.millrace.worker.admin.sessions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** The metrics of the session table. */
final class SessionMetrics {

    private final MeterRegistry registry;
    private final Map<Protocol, Map<Intent, AtomicInteger>> open = new EnumMap<>(Protocol.class);
    private final Total bytesIn;
    private final Total bytesOut;
    private final Total audioFrames;
    private final Total videoFrames;
    private final Total stalls;

    SessionMetrics(MeterRegistry registry, Collection<Session> sessions, WaitingSessions waiting) {
        this.registry = registry;
        for (Protocol protocol : Protocol.values()) {
            Map<Intent, AtomicInteger> byIntent = new EnumMap<>(Intent.class);
            for (Intent intent : Intent.values()) {
                AtomicInteger count = new AtomicInteger();
                byIntent.put(intent, count);
                Gauge.builder("millrace.sessions.open", count, AtomicInteger::get)
                        .description("Client sessions that are open")
                        .tag("protocol", protocol.word())
                        .tag("intent", intent.word())
                        .register(registry);
            }
            open.put(protocol, byIntent);
        }
        Gauge.builder("millrace.streams.waited.for", waiting, WaitingSessions::streams)
                .description("Streams without a publisher that players wait for")
                .register(registry);
        bytesIn = new Total(sessions, Session::bytesIn);
        bytesOut = new Total(sessions, Session::bytesOut);
        audioFrames = new Total(sessions, Session::audioFrames);
        videoFrames = new Total(sessions, Session::videoFrames);
        stalls = new Total(sessions, Session::stalls);
        counter("millrace.bytes", "Bytes from and to clients", "direction", "in", bytesIn);
        counter("millrace.bytes", "Bytes from and to clients", "direction", "out", bytesOut);
        counter("millrace.frames", "Frames that passed", "kind", "audio", audioFrames);
        counter("millrace.frames", "Frames that passed", "kind", "video", videoFrames);
        FunctionCounter.builder("millrace.relay.stalls", stalls, Total::value)
                .description("Times that one side was not read because the other did not take it")
                .register(registry);
    }

    private void counter(String name, String description, String tag, String value, Total total) {
        FunctionCounter.builder(name, total, Total::value)
                .description(description)
                .tag(tag, value)
                .register(registry);
    }

    void opened(Session session) {
        openCount(session).incrementAndGet();
    }

    void closed(Session session, CloseReason reason) {
        openCount(session).decrementAndGet();
        bytesIn.ended(session);
        bytesOut.ended(session);
        audioFrames.ended(session);
        videoFrames.ended(session);
        stalls.ended(session);
        Counter.builder("millrace.sessions.ended")
                .description("Client sessions that ended")
                .tag("protocol", session.protocol().word())
                .tag("reason", reason.metricTag())
                .tag("category", reason.category().metricTag())
                .register(registry)
                .increment();
    }

    void rejected(String protocol, CloseReason reason) {
        Counter.builder("millrace.rejects")
                .description("Connections that never became a session")
                .tag("protocol", protocol)
                .tag("reason", reason.metricTag())
                .tag("category", reason.category().metricTag())
                .register(registry)
                .increment();
    }

    long bytesIn() {
        return bytesIn.longValue();
    }

    long bytesOut() {
        return bytesOut.longValue();
    }

    private AtomicInteger openCount(Session session) {
        return java.util.Objects.requireNonNull(
                java.util.Objects.requireNonNull(open.get(session.protocol())).get(session.intent()));
    }

    /**
     * Open sessions plus those that ended. A session counts as ended only after it left the table, so a reader in between may
     * see too little, never too much; remembering the largest value seen keeps the total from going back.
     */
    private static final class Total {
        private final Collection<Session> sessions;
        private final ToLongFunction<Session> counter;
        private long ended;
        private long seen;

        Total(Collection<Session> sessions, ToLongFunction<Session> counter) {
            this.sessions = sessions;
            this.counter = counter;
        }

        synchronized void ended(Session session) {
            ended += counter.applyAsLong(session);
        }

        long longValue() {
            long endedBefore;
            synchronized (this) {
                endedBefore = ended;
            }
            long sum = endedBefore;
            for (Session session : sessions) {
                sum += counter.applyAsLong(session);
            }
            synchronized (this) {
                seen = Math.max(seen, sum);
                return seen;
            }
        }

        double value() {
            return longValue();
        }
    }
}
