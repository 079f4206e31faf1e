package io.millrace.control.srs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.srs.cluster.Envelope.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class VersionsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();

    private static Answer numbered(int number) {
        return Envelope.code(number);
    }

    @Test
    void asksOnceForAllQuestionsOfTwoSeconds() {
        Versions versions = new Versions(() -> numbered(asked.incrementAndGet()), nanos::get);

        assertThat(List.of(versions.get(), versions.get())).containsOnly(numbered(1));
        nanos.addAndGet(Versions.KEPT.toNanos() - 1);
        assertThat(versions.get()).isEqualTo(numbered(1));
        nanos.addAndGet(1);
        assertThat(versions.get()).isEqualTo(numbered(2));
        assertThat(asked).hasValue(2);
    }

    @Test
    void tellsNobodyWhereOriginsAreThatDidNotAnswer() {
        Versions versions = new Versions(
                () -> {
                    Answer answer = numbered(0);
                    answer.json().putArray("missing").addObject().put("name", "vid-1@10.0.0.7:1935");
                    return answer;
                },
                nanos::get);

        assertThat(versions.get().json().toString()).isEqualTo("{\"code\":0}");
    }

    @Test
    void doesNotKeepARefusal() {
        Versions versions = new Versions(
                () -> asked.incrementAndGet() == 1 ? Envelope.failed(503, List.of()) : numbered(7), nanos::get);

        assertThat(versions.get().status()).isEqualTo(503);
        assertThat(versions.get()).isEqualTo(numbered(7));
    }

    @Test
    void answersWithWhatItHasWhileSomebodyAsks() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Versions versions = new Versions(
                () -> {
                    if (asked.incrementAndGet() == 2) {
                        await(goOn);
                    }
                    return numbered(asked.get());
                },
                nanos::get);
        var _ = versions.get();
        nanos.addAndGet(Versions.KEPT.toNanos());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(versions::get, threads);
            Awaitility.await().until(() -> asked.get() == 2);
            assertThat(versions.get()).isEqualTo(numbered(1));
            goOn.countDown();
            assertThat(slow.get()).isEqualTo(numbered(2));
        }
        assertThat(versions.get()).isEqualTo(numbered(2));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
