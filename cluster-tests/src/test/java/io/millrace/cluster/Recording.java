package io.millrace.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A file that another program is still writing. */
final class Recording {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

    private Recording() {}

    /**
     * Waits until nothing more comes. ffmpeg keeps the last frames to itself until it is asked to end its file, so how much
     * there must be cannot be told from outside.
     */
    static void awaitSettled(Path file) {
        AtomicLong size = new AtomicLong();
        AtomicLong since = new AtomicLong(System.nanoTime());
        Await.until(LIMIT, file + " is no longer written to", () -> {
            long now = size(file);
            if (size.getAndSet(now) != now || now == 0) {
                since.set(System.nanoTime());
            }
            return System.nanoTime() - since.get() > QUIET_NANOS;
        });
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
