package io.millrace.worker.hls.codec;

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

/** Playlists with something wrong in them, for a quarter of {@code millrace.fuzz.seconds}. */
class HlsFuzzTest {

    private static final long SECONDS = Long.getLong("millrace.fuzz.seconds", 10);
    private static final long FIRST_SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());
    private static final List<String> WORDS = List.of(
            "\n",
            "\r",
            "\r\n",
            ",",
            "\"",
            "=",
            ":",
            "#",
            "#EXT",
            "{$",
            "{$host}",
            "}",
            " ",
            "URI=",
            "URI=\"",
            "\uFEFF",
            "\u0000",
            "\n#EXT-X-STREAM-INF:",
            "\n#EXT-X-DEFINE:NAME=\"host\",VALUE=\"a b,c\"\n",
            "99999999999999999999",
            "-1",
            ".");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes() {
        ChangedTexts texts = new ChangedTexts(HlsCase.texts(), WORDS);
        long deadline =
                System.nanoTime() + Duration.ofSeconds(SECONDS).dividedBy(4).toNanos();
        long refused = 0;
        long seed = FIRST_SEED;
        while (System.nanoTime() < deadline) {
            String text = texts.next(new Random(++seed));
            try {
                refused += HlsChecks.check(text) ? 0 : 1;
            } catch (RuntimeException | Error e) {
                String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
                throw new AssertionError("seed " + seed + ", UTF-16: " + hex, e);
            }
        }
        assertThat(refused).as("malformed texts that were refused").isPositive();
        assertThat(refused).as("texts in all").isLessThan(seed - FIRST_SEED);
    }
}
