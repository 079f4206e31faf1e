package io.millrace.worker.dash.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.http.uri.ChangedTexts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Manifests with something wrong in them, for a quarter of {@code millrace.fuzz.seconds}. */
class MpdFuzzTest {

    private static final long SECONDS = Long.getLong("millrace.fuzz.seconds", 10);
    private static final long FIRST_SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());
    private static final List<String> WORDS = List.of(
            "<",
            ">",
            "/>",
            "</",
            "&",
            "&amp;",
            "&#x41;",
            "&#9;",
            "'",
            "\"",
            "=",
            " ",
            "\r\n",
            "<!-- x -->",
            "<![CDATA[",
            "]]>",
            "<![CDATA[x]]>",
            "<?p?>",
            "<BaseURL>",
            "</BaseURL>",
            "<Period>",
            "</Period>",
            "<SegmentTimeline>",
            "xmlns='x' ",
            "xmlns:mpd='' ",
            "\u0000",
            "<MPD>",
            "</MPD>",
            "<UTCTiming schemeIdUri='urn:mpeg:dash:utc:http-iso:2014' value='a&#32; b'/>",
            " media='a'",
            "xlink:href='a'");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes() {
        ChangedTexts texts = new ChangedTexts(MpdCase.texts(), WORDS);
        long deadline =
                System.nanoTime() + Duration.ofSeconds(SECONDS).dividedBy(4).toNanos();
        long refused = 0;
        long seed = FIRST_SEED;
        while (System.nanoTime() < deadline) {
            String text = texts.next(new Random(++seed));
            try {
                refused += MpdChecks.check(text) ? 0 : 1;
            } catch (RuntimeException | Error e) {
                String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
                throw new AssertionError("seed " + seed + ", UTF-16: " + hex, e);
            }
        }
        assertThat(refused).as("malformed texts that were refused").isPositive();
        assertThat(refused).as("texts in all").isLessThan(seed - FIRST_SEED);
    }
}
