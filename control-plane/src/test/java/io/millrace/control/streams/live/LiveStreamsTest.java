package io.millrace.control.streams.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.Origins;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveStreamsTest {

    private static final StreamKey STREAM = StreamKey.parse("v/live/a");
    private static final StreamKey OTHER = StreamKey.parse("v/live/b");
    private static final OriginId ORIGIN = new OriginId("o-1");
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final LiveStreams live = new LiveStreams();

    private static StreamReport report(StreamKey stream, int publishers, int viewers, long bytesIn) {
        return new StreamReport(stream, ORIGIN, 7, publishers, viewers, bytesIn, 0);
    }

    private void told(String worker, int second, StreamReport... reports) {
        live.replace(worker, List.of(reports), BEGIN.plusSeconds(second));
    }

    @Test
    void sumsFollowEveryReport() {
        told("w1", 0, report(STREAM, 1, 2, 0), report(OTHER, 0, 4, 0));
        told("w2", 0, report(STREAM, 0, 5, 0));
        assertThat(live.on(ORIGIN)).contains(new Origins.Carried(12, 0));

        told("w1", 2, report(STREAM, 1, 1, 250_000));
        assertThat(live.on(ORIGIN)).contains(new Origins.Carried(7, 1_000));

        live.forget("w2");
        told("w1", 4);
        assertThat(live.on(ORIGIN)).isEmpty();
        assertThat(live.all()).isEmpty();
    }

    @Test
    void aWorkerThatRestartedHasNoRateUntilItsNextReport() {
        told("w1", 0, report(STREAM, 1, 0, 900_000));
        told("w1", 2, report(STREAM, 1, 0, 100));
        assertThat(live.of(STREAM)).singleElement().extracting(Carried::kbps).isEqualTo(0.0);

        told("w1", 4, report(STREAM, 1, 0, 250_100));
        assertThat(live.of(STREAM)).singleElement().extracting(Carried::kbps).isEqualTo(1_000.0);
    }

    @Test
    void whatIsNotInTheLastReportIsNotCarriedAnyMore() {
        told("w1", 0, report(STREAM, 1, 0, 0), report(OTHER, 1, 0, 0));
        told("w1", 2, report(OTHER, 1, 0, 0), report(STREAM, 0, 0, 0));
        assertThat(live.isCarried(STREAM)).isFalse();
        assertThat(live.hasPublisher(STREAM, ORIGIN)).isFalse();
        assertThat(live.hasPublisher(OTHER, ORIGIN)).isTrue();
        assertThat(live.hasPublisherSince(OTHER, ORIGIN, BEGIN.plusSeconds(1))).isTrue();
        assertThat(live.hasPublisherSince(OTHER, ORIGIN, BEGIN.plusSeconds(2))).isFalse();
    }

    @Test
    void aStreamThatIsNamedTwiceCountsTwice() {
        told("w1", 0, report(STREAM, 1, 2, 10), report(STREAM, 0, 3, 20));
        assertThat(live.of(STREAM)).singleElement().satisfies(carried -> {
            assertThat(carried.publishers()).isEqualTo(1);
            assertThat(carried.viewers()).isEqualTo(5);
            assertThat(carried.bytesIn()).isEqualTo(30);
        });
    }

    @Test
    void anEvictionIsMarkedOnceAsLongAsTheStreamIsCarried() {
        told("w1", 0, report(STREAM, 1, 0, 0));
        Carried carried = live.of(STREAM).getFirst();
        assertThat(live.markEvicted(carried)).isTrue();
        told("w1", 2, report(STREAM, 1, 0, 0));
        assertThat(live.markEvicted(carried)).isFalse();
        told("w1", 4);
        assertThat(live.markEvicted(carried)).isFalse();
        told("w1", 6, report(STREAM, 1, 0, 0));
        assertThat(live.markEvicted(carried)).isTrue();
    }
}
