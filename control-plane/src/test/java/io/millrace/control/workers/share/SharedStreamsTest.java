package io.millrace.control.workers.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedStreamsTest {

    private final Random random = new Random(1);

    private StreamReport report(int number) {
        return new StreamReport(
                new StreamKey("live.example.com", "live", "channel-" + random.nextInt(1_000_000)),
                new OriginId("o-%012x".formatted(number % 40)),
                1_764_000_000_000L + number,
                number % 3,
                random.nextInt(50),
                random.nextLong(10_000_000_000L),
                random.nextLong(100_000_000_000L));
    }

    private static StreamReport live(String stream, int publishers, long bytes) {
        return new StreamReport(StreamKey.parse(stream), new OriginId("a"), 1, publishers, 2, bytes, bytes);
    }

    @Test
    void comesBackAsItWasThroughJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<StreamReport> reports = List.of(
                live("v/live/show", 1, Long.MAX_VALUE),
                live("v/a/b/c d\u00e9\u4e2d", 0, -1),
                new StreamReport(
                        StreamKey.parse("v/a/b"),
                        new OriginId("odd\n\"\u0000id"),
                        1L << 60,
                        3,
                        Integer.MAX_VALUE,
                        0,
                        127));
        String text = json.writeValueAsString(SharedStreams.of(reports));
        assertThat(json.readValue(text, SharedStreams.class).reports()).isEqualTo(reports);
        assertThat(SharedStreams.of(List.of()).reports()).isEmpty();
    }

    @Test
    void isMuchSmallerThanPlainJson() throws Exception {
        List<StreamReport> reports =
                IntStream.range(0, 20_000).mapToObj(this::report).toList();
        int packed = SharedStreams.of(reports).packed().length();
        assertThat(packed / reports.size()).isLessThan(40);
        int plain = new ObjectMapper().writeValueAsBytes(reports).length;
        assertThat(plain / packed).isGreaterThanOrEqualTo(4);
    }

    @Test
    void outlineSeesWhatComesAndGoesButNotFigures() {
        long outline = SharedStreams.outline(List.of(live("v/a/1", 1, 5), live("v/a/2", 0, 5)));
        assertThat(SharedStreams.outline(List.of(live("v/a/2", 0, 9), live("v/a/1", 2, 7))))
                .isEqualTo(outline);
        assertThat(SharedStreams.outline(List.of(live("v/a/1", 0, 5), live("v/a/2", 1, 5))))
                .isNotEqualTo(outline);
        assertThat(SharedStreams.outline(List.of(live("v/a/1", 1, 5)))).isNotEqualTo(outline);
    }

    @Test
    void refusesWhatIsDamaged() {
        assertThatThrownBy(() -> new SharedStreams("").reports()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SharedStreams("Ag==").reports()).hasMessageContaining("not known here");
        assertThatThrownBy(() -> new SharedStreams("no base64!").reports())
                .isInstanceOf(IllegalArgumentException.class);
        byte[] whole = Base64.getDecoder()
                .decode(SharedStreams.of(
                                IntStream.range(0, 50).mapToObj(this::report).toList())
                        .packed());
        for (int length = 1; length < whole.length - 6; length++) {
            String cut = Base64.getEncoder().encodeToString(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new SharedStreams(cut).reports()).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
