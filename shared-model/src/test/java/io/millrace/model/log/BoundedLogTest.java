package io.millrace.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class BoundedLogTest {

    private static final int CAPACITY = 100;

    private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch reading = new CountDownLatch(1);

    /** A console that nobody reads until the test does. */
    private final class FullPipe extends Handler {

        @Override
        public void publish(LogRecord line) {
            blocked.countDown();
            try {
                reading.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            written.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private final BoundedLog log = new BoundedLog(CAPACITY, new FullPipe());

    private void say(String text) {
        log.publish(new LogRecord(Level.INFO, text));
    }

    @Test
    void neverWaitsForAConsoleThatNobodyReadsAndCountsWhatItDrops() throws InterruptedException {
        log.start();
        say("line 0");
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

        long began = System.nanoTime();
        for (int i = 1; i <= 10 * CAPACITY; i++) {
            say("line " + i);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(log.dropped()).isEqualTo(9 * CAPACITY);
        assertThat(written).isEmpty();

        reading.countDown();
        for (int i = 0; i <= CAPACITY; i++) {
            assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo("line " + i);
        }
        assertThat(written.poll(10, TimeUnit.SECONDS)).startsWith("log lines dropped count=" + 9 * CAPACITY);
        say("after");
        assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo("after");
        assertThat(written).isEmpty();
    }

    @Test
    void writesTheLastLinesBeforeTheEndButDoesNotWaitForAConsoleThatIsStuck() throws InterruptedException {
        log.start();
        say("one");
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        log.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));

        reading.countDown();
        say("two");
        log.close();
        assertThat(List.copyOf(written)).containsExactly("one", "two");
    }
}
