package io.millrace.model.log;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Takes log lines from any thread without ever waiting, and writes them on a thread of its own: a console that is not read and a
 * disk that hangs stop that thread and no other. What finds no room is dropped and counted, and a line has the number.
 */
public final class BoundedLog extends Handler {

    /** Some seconds of the log of a worker whose clients all reconnect at once. */
    public static final int USUAL_CAPACITY = 4_096;

    private static final Duration LAST_LINES = Duration.ofSeconds(1);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final Handler[] writers;
    private final BlockingQueue<LogRecord> waiting;
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private final LongAdder taken = new LongAdder();
    private final LongAdder written = new LongAdder();
    private long droppedLogged;

    /** @param writers what writes lines, perhaps slowly; used on one thread alone */
    BoundedLog(int capacity, Handler... writers) {
        this.writers = writers.clone();
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.thread = Thread.ofPlatform().daemon().name("log-writer").unstarted(this::write);
    }

    /** Puts one in front of all handlers of the root logger, where there is none yet. */
    public static BoundedLog install(int capacity) {
        Logger root = Logger.getLogger("");
        Handler[] present = root.getHandlers();
        if (present.length == 1 && present[0] instanceof BoundedLog installed) {
            return installed;
        }
        BoundedLog log = new BoundedLog(capacity, present);
        log.start();
        // The last line of a start that fails has the reason.
        Runtime.getRuntime().addShutdownHook(new Thread(log::close, "log-end"));
        root.addHandler(log);
        for (Handler writer : present) {
            root.removeHandler(writer);
        }
        return log;
    }

    void start() {
        thread.start();
    }

    /** Lines that were not written. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void publish(LogRecord line) {
        if (waiting.offer(line)) {
            taken.increment();
        } else {
            dropped.increment();
        }
    }

    private void write() {
        try {
            while (true) {
                LogRecord line = waiting.poll();
                if (line == null) {
                    logDropped();
                    line = waiting.take();
                }
                toWriters(line);
                written.increment();
            }
        } catch (InterruptedException e) {
            // This thread is never interrupted; were it, the log would end here.
            Thread.currentThread().interrupt();
        }
    }

    private void logDropped() {
        long now = dropped.sum();
        if (now > droppedLogged) {
            LogRecord line = new LogRecord(
                    Level.WARNING,
                    "log lines dropped count=" + (now - droppedLogged) + " reason=\"written too slowly\"");
            line.setLoggerName(BoundedLog.class.getName());
            droppedLogged = now;
            toWriters(line);
        }
    }

    private void toWriters(LogRecord line) {
        for (Handler writer : writers) {
            try {
                writer.publish(line);
            } catch (RuntimeException e) {
                reportError("a line could not be written", e, ErrorManager.WRITE_FAILURE);
            }
        }
    }

    /** Does nothing: a thread that logs does not wait. */
    @Override
    public void flush() {}

    /** Gives the lines that wait a moment to be written; the log stays usable. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + LAST_LINES.toNanos();
        while (written.sum() < taken.sum() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
