package io.millrace.worker.admin;

import io.millrace.model.log.LogText;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The orderly end of a worker: stop accepting, let sessions end, end those that remain, exit. Begins once, whatever the cause: a signal, a
 * directive of the control plane or the admin API.
 */
public final class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    private final DrainLimits limits;
    private final SessionTable sessions;
    private final Runnable exit;
    private final Runnable halt;
    private final Queue<Hook> hooks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Apart from the drain's own thread, which a listener that does not stop would hold up; starts its thread when used. */
    private final ScheduledExecutorService limit = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("drain-limit").daemon().factory());

    /**
     * @param exit asks the process to end; called when the last session has ended
     * @param halt ends the process at once; called when the force limit is over
     */
    public Drain(DrainLimits limits, SessionTable sessions, Runnable exit, Runnable halt) {
        this.limits = limits;
        this.sessions = sessions;
        this.exit = exit;
        this.halt = halt;
        if (limits.isGraceTooLong()) {
            LOG.warnf(
                    "grace time shortened: PROXY_GRACE_QUIT_TIMEOUT leaves no time before PROXY_FORCE_QUIT_TIMEOUT to end sessions"
                            + " graceSeconds=%.1f forceSeconds=%.1f usedSeconds=%.1f",
                    limits.grace().toMillis() / 1000.0,
                    limits.force().toMillis() / 1000.0,
                    limits.effectiveGrace().toMillis() / 1000.0);
        }
    }

    private record Hook(String name, Runnable stopAccepting) {}

    /** What stops accepting; a listener registers itself. Called at most once, or at once when draining has already begun. */
    public void onBegin(String name, Runnable stopAccepting) {
        hooks.add(new Hook(name, stopAccepting));
        if (isDraining()) {
            runHooks();
        }
    }

    /**
     * Returns at once; the rest happens on a thread of its own.
     *
     * @param cause for the log and for the reason of sessions that are turned away
     * @return completes when no session is left, or when those that are left do not go
     */
    public CompletionStage<Void> begin(String cause) {
        if (begun.compareAndSet(false, true)) {
            LOG.infof(
                    "draining cause=%s sessions=%d graceSeconds=%.1f",
                    LogText.quoted(cause),
                    sessions.size(),
                    limits.effectiveGrace().toMillis() / 1000.0);
            sessions.refuseNew("the worker is draining");
            limit.schedule(this::enforceLimit, limits.force().toNanos(), TimeUnit.NANOSECONDS);
            Thread.ofPlatform().name("drain").daemon().start(this::drain);
        }
        return done;
    }

    public boolean isDraining() {
        return begun.get();
    }

    private void drain() {
        try {
            runHooks();
            long start = System.nanoTime();
            if (!endedWithin(limits.effectiveGrace(), start)) {
                int ended = sessions.endAll(CloseReason.DRAINED, "the grace time of the drain is over");
                LOG.infof("drain ends remaining sessions sessions=%d", ended);
                endedWithin(limits.effectiveGrace().plus(afterGrace()), start);
            }
            LOG.infof("drained sessionsLeft=%d", sessions.size());
        } finally {
            done.complete(null);
            exit.run();
        }
    }

    /** Half of what is between the two limits: the other half is for the process to end. */
    private Duration afterGrace() {
        return limits.force().minus(limits.effectiveGrace()).dividedBy(2);
    }

    private boolean endedWithin(Duration time, long startNanos) {
        try {
            return sessions.awaitNone(startNanos + time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void enforceLimit() {
        LOG.errorf("process halted, it did not end within PROXY_FORCE_QUIT_TIMEOUT");
        halt.run();
    }

    /** A hook is run by the thread that takes it out of the queue, so each runs once. */
    private void runHooks() {
        for (Hook hook = hooks.poll(); hook != null; hook = hooks.poll()) {
            try {
                hook.stopAccepting().run();
            } catch (RuntimeException e) {
                LOG.errorf(e, "internal error, listener not closed name=%s", hook.name());
            }
        }
    }
}
