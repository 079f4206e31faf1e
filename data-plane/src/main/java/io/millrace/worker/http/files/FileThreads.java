package io.millrace.worker.http.files;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that wait for the disk, so that event loops need not. Few, and with a bound on what waits for them. */
final class FileThreads implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int WAITING = 4_096;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    FileThreads() {
        pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                new DefaultThreadFactory("files", true));
        pool.allowCoreThreadTimeOut(true);
    }

    /** @return false when too much waits already */
    boolean run(Runnable work) {
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
