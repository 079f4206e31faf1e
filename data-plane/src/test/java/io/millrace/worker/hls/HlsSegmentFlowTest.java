package io.millrace.worker.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.http.TestExchange;
import io.millrace.worker.http.TestOrigin;
import io.millrace.worker.http.origin.OriginFailure;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Segments on their way to readers of different speed, and the bounds of the memory that they take. */
class HlsSegmentFlowTest extends HlsDelivery {

    @Test
    void aSegmentStreamsToAllWhileItFillsAndASlowReaderHoldsNoOtherBack() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange fast = get(segment);
        TestExchange slow = new TestExchange(loops.next(), HttpMethod.GET, segment, "10.0.0.1")
                .slow(true)
                .through(service);
        await().atMost(SOON).until(() -> !held.isEmpty() && counted("joined") == 1);
        byte[] half = new byte[200_000];
        Arrays.fill(half, (byte) 1);
        held.getFirst().head(200).body(half);
        await().atMost(SOON).until(() -> fast.received() == half.length);
        TestExchange late = get(segment);
        await().atMost(SOON).until(() -> late.received() == half.length);
        assertThat(slow.received()).isZero();
        held.getFirst().body(half).end();
        assertThat(fast.bytes()).hasSize(400_000);
        assertThat(late.bytes()).hasSize(400_000);
        slow.slow(false);
        assertThat(slow.bytes()).hasSize(400_000);
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void theLastReaderThatLeavesEndsTheFetchAndNoOtherDoes() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange one = get(segment);
        TestExchange two = get(segment);
        await().atMost(SOON).until(() -> !held.isEmpty() && counted("joined") == 1);
        held.getFirst().head(200).body(new byte[1000]);
        await().atMost(SOON).until(() -> one.received() == 1000 && two.received() == 1000);
        one.hangUp();
        assertThat(one.outcome()).isEqualTo("gone");
        held.getFirst().body(new byte[1000]);
        await().atMost(SOON).until(() -> two.received() == 2000);
        two.hangUp();
        await().atMost(SOON).until(() -> held.getFirst().cancelled);
        origin.next(asked -> asked.answer(200, "video/mp2t", "again"));
        assertThat(get(segment).text()).isEqualTo("again");
        await().atMost(SOON)
                .until(() -> registry.get("millrace.http.cache.fetches").gauge().value() == 0);
    }

    @Test
    void anOriginThatClosesEarlyIsSeenByAllReaders() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange one = get(segment);
        await().atMost(SOON).until(() -> !held.isEmpty());
        held.getFirst().head(200).body(new byte[1000]);
        await().atMost(SOON).until(() -> one.received() == 1000);
        held.getFirst().fail(new OriginFailure(Failure.RESET, "gone"), false);
        assertThat(one.outcome()).isEqualTo("abort");
        assertThat(router.failed).isEmpty();
    }

    @Test
    void whatIsTooLargeToBeKeptPassesThroughWithinBounds() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        int chunk = 1 << 20;
        int chunks = 12;
        TestExchange slow = new TestExchange(loops.next(), HttpMethod.GET, segment, "10.0.0.1")
                .slow(true)
                .through(service);
        await().atMost(SOON).until(() -> !held.isEmpty());
        TestOrigin.Asked asked = held.getFirst();
        asked.head(200, "content-length", Integer.toString(chunk * chunks));
        for (int i = 0; i < 6; i++) {
            asked.body(new byte[chunk]);
        }
        await().atMost(SOON).until(() -> asked.paused);
        slow.slow(false);
        await().atMost(SOON).until(() -> slow.received() == 6L * chunk && !asked.paused);
        for (int i = 6; i < chunks; i++) {
            asked.body(new byte[chunk]);
        }
        asked.end();
        assertThat(slow.bytes()).hasSize(chunk * chunks);
        assertThat(registry.get("millrace.http.cache.filling.bytes").gauge().value())
                .isZero();
        origin.next(one ->
                one.head(206, "content-range", "bytes 5-6/99").body(new byte[2]).end());
        TestExchange range = get(segment, "range", "bytes=5-6");
        assertThat(range.code()).isEqualTo(206);
        assertThat(origin.asked.getLast().ask.headers().get("range")).isEqualTo("bytes=5-6");
    }

    @Test
    void keepsNoMoreThanItsBound() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String token = firstSegment();
        String query = token.substring(token.indexOf('?'));
        for (int i = 0; i < 40; i++) {
            assertThat(get("/live/cam-" + i + ".ts" + query).bytes()).hasSize(900_000);
        }
        assertThat(registry.get("millrace.http.cache.bytes").gauge().value()).isBetween(4e6, 8.5e6);
        assertThat(registry.get("millrace.http.cache.evictions")
                        .tag("cause", "size")
                        .counter()
                        .count())
                .isGreaterThan(20);
    }

    @Test
    void clientsThatReadNothingAreRefusedAndThenEndedWhereMemoryIsShort() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String token = firstSegment();
        String query = token.substring(token.indexOf('?'));
        int before = origin.asked.size();
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int begun = i + 1;
            TestExchange idle =
                    new TestExchange(loops.next(), HttpMethod.GET, "/live/cam-" + i + ".ts" + query, "10.0.0.1");
            all.add(idle.slow(true).through(service));
            await().atMost(SOON)
                    .until(() -> origin.asked.size() - before + counted("refused") == begun
                            && gauge("millrace.http.cache.fetches") == 0);
        }
        assertThat(counted("refused")).as("36 MB are asked for").isGreaterThan(10);
        assertThat(gauge("millrace.http.cache.filling.bytes")).isBetween(10e6, 14e6);

        await().atMost(SOON).until(() -> {
            pass(Duration.ofSeconds(2));
            return get("/live/cam-100.ts" + query).code() == 200;
        });
        assertThat(registry.get("millrace.http.cache.cut.off").counter().count())
                .isPositive();
        await().atMost(SOON).until(() -> gauge("millrace.http.cache.filling.bytes") < 10e6);
        all.forEach(TestExchange::hangUp);
        await().atMost(SOON).until(() -> gauge("millrace.http.cache.filling.bytes") == 0);
    }

    @Test
    void randomQueriesDoNotEvictWhatManyWatch() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String segment = firstSegment();
        for (int i = 0; i < 50; i++) {
            assertThat(get(segment).bytes()).hasSize(900_000);
        }
        for (int i = 0; i < 300; i++) {
            assertThat(get(segment + "&random=" + i).bytes()).hasSize(900_000);
            if (i % 10 == 0) {
                assertThat(get(segment).bytes()).hasSize(900_000);
            }
        }
        assertThat(origin.asked.stream().filter(asked -> asked.ask.target().equals("/live/cam-7.ts")))
                .hasSize(1);
    }
}
