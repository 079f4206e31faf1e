package io.millrace.control.store.mesh;

import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.time.SteadyClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A control plane in the mesh: the thread of its {@link Replica}, the way from callers to it and back, touches that wait to be sent, and
 * what operators are told.
 */
final class MeshNode implements Transport.Receiver, Replica.Sink, AutoCloseable {

    /** A store's copy, for readers. Called by the replica's thread. */
    interface Copy {
        void changed(String key, @Nullable Cell now, boolean expired);

        void replaced(Map<String, Cell> cells);
    }

    private static final Logger LOG = Logger.getLogger(MeshNode.class);
    private static final long TICK_MILLIS = 100;
    private static final long MAX_TOUCH_WAIT_MILLIS = 5_000;

    private final Transport transport;
    private final Timing timing;
    private final SteadyClock clock;
    private final String name;
    private final MeshFile file;
    private final Replica replica;
    private final ScheduledExecutorService thread;
    private final MeshNotices<StoreStatus> statusNotices;
    private final Map<String, Copy> copies = new HashMap<>();
    private final ConcurrentHashMap<TouchedEntry, Op> touched = new ConcurrentHashMap<>();
    private final AtomicLong touchesDueNanos = new AtomicLong(Long.MAX_VALUE);
    private volatile Condition condition = new Condition("mesh: is starting", true);
    private volatile StoreStatus status;
    private volatile boolean closing;
    private boolean wasActive;
    private long inactiveSinceNanos = System.nanoTime();
    private long pauses;

    private record TouchedEntry(String store, String key) {}

    MeshNode(
            Transport transport,
            String name,
            int size,
            Timing timing,
            SteadyClock clock,
            MeshFile file,
            Executor notifier) {
        this.transport = transport;
        this.timing = timing;
        this.clock = clock;
        this.pauses = clock.pauses();
        this.name = name;
        this.file = file;
        this.statusNotices = new MeshNotices<>(notifier);
        this.status = new StoreStatus(name, false, condition.why(), clock.shown(clock.instant()));
        this.replica = new Replica(
                transport.self(), size, timing, clock, System::nanoTime, this::carry, this, file.load(clock.millis()));
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("mesh").factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = executor;
    }

    void start() {
        var _ = thread.scheduleWithFixedDelay(guarded(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        transport.start(this);
    }

    /** The copy has what this control plane knows when this returns. */
    void open(String store, Copy copy) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        post(() -> {
            copies.put(store, copy);
            copy.replaced(replica.committed().cells(store));
            done.complete(null);
        });
        done.join();
    }

    /** What the mesh says, within the time that an answer may take. */
    Decision call(LongFunction<Op> request) {
        Condition now = condition;
        if (now.refuses()) {
            throw new StoreUnavailableException(now.why());
        }
        Op op = request.apply(replica.requester().newId());
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        post(() -> {
            if (!replica.requester().submit(op, answer)) {
                answer.completeExceptionally(new StoreUnavailableException("mesh: too many writes wait"));
            }
        });
        try {
            return answer.get(timing.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            post(() -> replica.requester().giveUp(op.id()));
            String why = condition.why();
            throw new StoreUnavailableException(
                    why.isEmpty() ? "mesh: no answer within " + timing.answer().toMillis() + " ms" : why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("mesh: interrupted while waiting for an answer");
        } catch (ExecutionException e) {
            throw new StoreUnavailableException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        }
    }

    /** Sent with others, before a quarter of the time to live is over. */
    void touch(Op op) {
        touched.put(new TouchedEntry(op.store(), op.key()), op);
        long waitMillis = Math.min(MAX_TOUCH_WAIT_MILLIS, op.ttlMillis() / 8);
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        touchesDueNanos.accumulateAndGet(due, Math::min);
    }

    StoreStatus status() {
        return status;
    }

    void onStatus(Consumer<StoreStatus> listener) {
        statusNotices.subscribe(listener);
    }

    @Override
    public void view(List<String> members) {
        post(() -> {
            replica.view(members);
            LOG.infof(
                    "mesh members=%d of %d leader=%s all=%s",
                    members.size(),
                    replica.sizeMeant(),
                    transport.describe(members.getFirst()),
                    members.stream().map(transport::describe).collect(Collectors.joining(",")));
        });
    }

    @Override
    public void received(String from, Message message) {
        post(() -> replica.receive(from, message));
    }

    private void carry(String to, Message message) {
        if (to.equals(transport.self())) {
            received(to, message);
        } else {
            transport.send(to, message);
        }
    }

    @Override
    public void changed(String store, String key, @Nullable Cell now, boolean expired) {
        Copy copy = copies.get(store);
        if (copy != null) {
            copy.changed(key, now, expired);
        }
    }

    @Override
    public void replaced(Content content) {
        copies.forEach((store, copy) -> copy.replaced(content.cells(store)));
    }

    @Override
    public void keep(Content content, Runnable kept) {
        file.keep(content, () -> post(kept));
    }

    @Override
    public void active() {
        wasActive = true;
    }

    @Override
    public void note(String line) {
        LOG.warn(line);
    }

    private void tick() {
        long now = clock.pauses();
        if (now != pauses) {
            pauses = now;
            replica.pauseSeen();
        }
        sendTouches(false);
        replica.tick();
    }

    private void sendTouches(boolean all) {
        long due = touchesDueNanos.get();
        if ((!all && (due == Long.MAX_VALUE || System.nanoTime() - due < 0))
                || !replica.requester().takesTouches()) {
            return;
        }
        touchesDueNanos.set(Long.MAX_VALUE);
        List<Op> ops = new ArrayList<>();
        for (TouchedEntry entry : touched.keySet()) {
            Op op = touched.remove(entry);
            if (op != null) {
                ops.add(op);
            }
        }
        replica.requester().touch(ops);
    }

    private void observe() {
        if (closing) {
            return;
        }
        if (replica.isActive()) {
            inactiveSinceNanos = System.nanoTime();
        }
        boolean forLong =
                System.nanoTime() - inactiveSinceNanos > timing.agree().toNanos();
        Condition now = Condition.of(replica, wasActive, forLong, transport.describe(replica.leader()));
        if (now.equals(condition)) {
            return;
        }
        condition = now;
        if (!now.why().equals(status.why())) {
            StoreStatus next = new StoreStatus(name, now.why().isEmpty(), now.why(), clock.shown(clock.instant()));
            status = next;
            LOG.infof("mesh writable=%b%s", next.writable(), next.writable() ? "" : " why=" + next.why());
            statusNotices.tell(() -> next);
        }
    }

    /** Lets everything that was written and touched before be known to this control plane; expires what is due if it leads. */
    CompletableFuture<Decision> settle() {
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        post(() -> {
            sendTouches(true);
            replica.sweepNow();
            replica.requester().submit(Op.ask(replica.requester().newId(), "", ""), answer);
        });
        return answer;
    }

    Transport transport() {
        return transport;
    }

    private void post(Runnable work) {
        try {
            thread.execute(guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("mesh is closed");
        }
    }

    private Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
                observe();
            } catch (RuntimeException e) {
                // The thread must go on: the next term puts right what this event left behind.
                LOG.error("mesh failed on an event", e);
            }
        };
    }

    @Override
    public void close() {
        // What this member sees of its own leaving is no outage.
        closing = true;
        transport.close();
        thread.shutdownNow();
        file.close();
    }
}
