package io.millrace.control.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * What is done again and again, by the monotonic clock: a scheduler that looks at the time of day does nothing for an hour when the clock is set
 * back by one. Jobs may block; each has a thread while it runs, and a run that is due while the last one goes on is left out.
 */
public final class Jobs implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Jobs.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("jobs").factory());
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("job-", 0).factory());
    private final List<Job> waiting = new ArrayList<>();
    private boolean started;

    private record Job(String name, Duration delay, Duration interval, Runnable work, AtomicBoolean runs) {}

    /** Begins with the start of all jobs, or at once if that has been. */
    public void every(Duration interval, String name, Runnable work) {
        every(interval, Duration.ZERO, name, work);
    }

    /** @param delay until the first run */
    public synchronized void every(Duration interval, Duration delay, String name, Runnable work) {
        Job job = new Job(name, delay, interval, work, new AtomicBoolean());
        if (started) {
            schedule(job);
        } else {
            waiting.add(job);
        }
    }

    /**
     * Work that is done soon after it is asked for, on a thread of its own. Asked for again before it begins, it is done once; while it
     * runs, it is done again.
     *
     * @return asks for it; never waits
     */
    public Runnable onDemand(String name, Runnable work) {
        AtomicBoolean due = new AtomicBoolean();
        Runnable once = () -> {
            due.set(false);
            run(name, work);
        };
        return () -> {
            if (due.compareAndSet(false, true) && !execute(once)) {
                due.set(false);
            }
        };
    }

    public synchronized void start() {
        started = true;
        waiting.forEach(this::schedule);
        waiting.clear();
    }

    private void schedule(Job job) {
        var _ = timer.scheduleWithFixedDelay(
                () -> due(job), job.delay().toMillis(), job.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void due(Job job) {
        if (job.runs().compareAndSet(false, true)
                && !execute(() -> {
                    try {
                        run(job.name(), job.work());
                    } finally {
                        job.runs().set(false);
                    }
                })) {
            job.runs().set(false);
        }
    }

    /** False when all is closed. */
    private boolean execute(Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private static void run(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "job failed, runs again job=\"%s\"", name);
        }
    }

    /** Nothing begins any more; what runs is told to end. */
    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
