package io.millrace.cluster.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One thread with connections and timers; whatever it owns is touched only there. */
final class Loop implements AutoCloseable {

    private static final long LONGEST_SLEEP_MILLIS = 100;
    private static final long LONGEST_CALL_SECONDS = 10;

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    Loop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        thread.start();
    }

    private record Timer(long atNanos, Runnable task) {}

    Selector selector() {
        return selector;
    }

    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Runs something on the loop and waits for what comes of it. */
    <T> T call(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.orTimeout(LONGEST_CALL_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            // What ended the loop says more than that it does not answer.
            check();
            throw e;
        }
    }

    /** Only on the loop. */
    void after(long nanos, Runnable task) {
        timers.add(new Timer(System.nanoTime() + nanos, task));
    }

    /** What ended the loop; a simulation that is broken must not be mistaken for a quiet one. */
    void check() {
        Throwable wrong = failure;
        if (wrong != null) {
            throw new IllegalStateException("the simulation has ended", wrong);
        }
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                runTimers();
                selector.select(Loop::ready, sleepMillis());
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private static void ready(SelectionKey key) {
        ((Line) key.attachment()).ready(key);
    }

    private void runTimers() {
        long now = System.nanoTime();
        for (Timer due = timers.peek(); due != null && due.atNanos() - now <= 0; due = timers.peek()) {
            timers.remove();
            due.task().run();
        }
    }

    private long sleepMillis() {
        Timer next = timers.peek();
        long left =
                next == null ? LONGEST_SLEEP_MILLIS : TimeUnit.NANOSECONDS.toMillis(next.atNanos() - System.nanoTime());
        // 0 would mean for ever.
        return Math.clamp(left, 1, LONGEST_SLEEP_MILLIS);
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
