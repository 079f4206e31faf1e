package io.millrace.control.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsTest {

    private static final Duration OFTEN = Duration.ofMillis(5);

    private final Jobs jobs = new Jobs();
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        jobs.close();
    }

    private void block() {
        runs.incrementAndGet();
        try {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void jobsBeginWithTheStartAndGoOnAfterAFailure() {
        jobs.every(Duration.ofMillis(50), "fails", () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("a test");
        });
        AtomicInteger late = new AtomicInteger();
        jobs.every(OFTEN, Duration.ofDays(1), "late", late::incrementAndGet);
        assertThat(runs).hasValue(0);
        jobs.start();
        await().until(() -> runs.get() >= 3);
        assertThat(late).hasValue(0);
    }

    @Test
    void aJobThatBlocksRunsOnceAndHoldsUpNoOther() {
        AtomicInteger others = new AtomicInteger();
        jobs.start();
        jobs.every(OFTEN, "blocks", this::block);
        jobs.every(OFTEN, "other", others::incrementAndGet);
        await().until(() -> others.get() >= 5);
        assertThat(runs).hasValue(1);
    }

    @Test
    void nothingRunsAfterTheEnd() {
        jobs.start();
        jobs.every(OFTEN, "counts", runs::incrementAndGet);
        await().until(() -> runs.get() > 0);
        jobs.close();
        int withTheOneUnderWay = runs.get() + 1;
        await().during(OFTEN.multipliedBy(10)).until(() -> runs.get() <= withTheOneUnderWay);
    }

    @Test
    void workOnDemandIsDoneAgainWhenItIsAskedForWhileItRuns() {
        Runnable work = jobs.onDemand("blocks", this::block);
        work.run();
        await().until(() -> runs.get() == 1);
        work.run();
        await().until(() -> runs.get() == 2);
    }
}
